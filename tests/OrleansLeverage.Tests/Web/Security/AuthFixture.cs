using System.Security.Cryptography;
using System.Text;
using OrleansLeverage.Tests.Web.BadInputs;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Tests.Web.Security;

/// <summary>Keys, tokens and a publisher who signs bitcoin: everything that somebody can be known by.</summary>
internal sealed class AuthFixture : IDisposable
{
    private readonly ECDsa _signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public AuthFixture()
    {
        Keys.Add("signer", key => key with
        {
            Scopes = ["oracle"], Source = WebGrid.Source, Feeds = ["BTC-USD"], PublicKey = TestKeys.PublicPem(_signer),
        });
        Keys.Add("tenant", key => key with { Scopes = ["read", "trade"], Accounts = ["alice"] });
    }

    public TestKeys Keys { get; } = new();

    public TestTokens Tokens { get; } = new();

    public ServerAccess Access => Keys.Access with { Tokens = Tokens.Access.Tokens };

    /// <summary>The same price with its source's signature.</summary>
    public ValidRequest Signed(ValidRequest tick,
        DSASignatureFormat format = DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
    {
        var confidence = tick.Has("confidence") ? tick["confidence"].Trim('"') : "";
        var line = $"v1|{tick["source"].Trim('"')}|{tick["session"]}|{tick["seq"]}|{tick["asset"].Trim('"')}|"
            + $"{tick["price"].Trim('"')}|{confidence}|{tick["timestamp"]}";
        return tick.With("signature", ValidRequest.Quoted(Convert.ToBase64String(
            _signer.SignData(Encoding.UTF8.GetBytes(line), HashAlgorithmName.SHA256, format))));
    }

    /// <summary>The headers of a request that the signer signs.</summary>
    public string[] SignedHeaders(string method, string target, string body, long time, string nonce)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body)));
        var id = Keys.Id("signer");
        var signature = Convert.ToBase64String(_signer.SignData(
            Encoding.UTF8.GetBytes($"{method}\n{target}\n{hash}\n{time}\n{nonce}\n{id}"), HashAlgorithmName.SHA256));
        return [$"X-Key-Id: {id}", $"X-Timestamp: {time}", $"X-Nonce: {nonce}", $"X-Signature: {signature}"];
    }

    public void Dispose()
    {
        Tokens.Dispose();
        Keys.Dispose();
        _signer.Dispose();
    }
}
