using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace OrleansLeverage.Web.Security;

/// <summary>
/// Browsers that logged in. A session is a random token in a cookie, of which only the hash is kept here; it lasts
/// <see cref="Lifetime"/> or as long as the key behind it. The link that is printed at start logs in once.
/// </summary>
internal sealed class Sessions(TimeProvider clock)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    /// <summary>How long the printed link is good.</summary>
    public static readonly TimeSpan LinkLifetime = TimeSpan.FromMinutes(30);

    private const int OpenMax = 1_000;

    private readonly ConcurrentDictionary<string, (Principal Who, CancellationTokenSource Ends)> _open = new();
    private readonly ConcurrentDictionary<string, Principal> _links = new();

    /// <summary>A token that logs in once with <paramref name="scopes"/>, as whoever started the server.</summary>
    public string Invite(Scope scopes)
    {
        var token = NewToken();
        _links[ApiKey.Hash(token)] = new Principal("operator", PrincipalKind.Session, scopes)
        {
            KeyId = "login-link", ExpiresMs = (clock.GetUtcNow() + LinkLifetime).ToUnixTimeMilliseconds(),
        };
        return token;
    }

    /// <summary>Who a link was made for. It is used up by this, good or not.</summary>
    public Principal? Accept(string token) =>
        _links.TryRemove(ApiKey.Hash(token), out var invited) && !invited.IsOver(clock.GetUtcNow()) ? invited : null;

    /// <summary>Opens a session for somebody who is known; null where there are too many.</summary>
    public (string Token, Principal Session)? Open(Principal who)
    {
        var now = clock.GetUtcNow();
        foreach (var (hash, (session, _)) in _open)
        {
            if (session.IsOver(now))
            {
                _open.TryRemove(hash, out _);
            }
        }
        if (_open.Count >= OpenMax)
        {
            return null;
        }
        var ends = (now + Lifetime).ToUnixTimeMilliseconds();
        var token = NewToken();
        var over = CancellationTokenSource.CreateLinkedTokenSource(who.Revoked);
        var opened = who with
        {
            Kind = PrincipalKind.Session,
            SessionId = RandomNumberGenerator.GetHexString(12, lowercase: true),
            Revoked = over.Token,
            CsrfToken = NewToken(),
            // a link's own end is that of the link, not of the session that it opened
            ExpiresMs = who.Kind == PrincipalKind.Session ? ends : Math.Min(ends, who.ExpiresMs ?? ends),
        };
        _open[ApiKey.Hash(token)] = (opened, over);
        return (token, opened);
    }

    /// <summary>The session of a cookie; null where there is none any more.</summary>
    public Principal? Find(string token) =>
        _open.TryGetValue(ApiKey.Hash(token), out var session) && !session.Who.IsOver(clock.GetUtcNow())
            ? session.Who : null;

    /// <summary>Ends a session and what it has open.</summary>
    public void Close(string token)
    {
        if (_open.TryRemove(ApiKey.Hash(token), out var session))
        {
            session.Ends.Cancel();
        }
    }

    private static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
}
