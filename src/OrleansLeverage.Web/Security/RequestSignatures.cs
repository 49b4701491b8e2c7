using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OrleansLeverage.Web.Edge;

namespace OrleansLeverage.Web.Security;

/// <summary>
/// Requests that prove themselves by a P-256 signature instead of a secret: the server holds nothing that could make
/// one. Signed is <c>METHOD \n path?sorted-query \n sha256(body) in hex \n timestamp \n nonce \n keyId</c>
/// (reliability reference, 11.1). A nonce counts once while its window is open.
/// </summary>
internal sealed class RequestSignatures(KeyRing keys, EdgeLimits limits, TimeProvider clock)
{
    public const string KeyId = "X-Key-Id";
    public const string Timestamp = "X-Timestamp";
    public const string Nonce = "X-Nonce";
    public const string Signature = "X-Signature";

    /// <summary>Remembered at once, over all keys; more than that in ten seconds is refused.</summary>
    private const int NoncesMax = 200_000;

    private const int NonceLengthMax = 64;

    private readonly ConcurrentDictionary<string, long> _nonces = new();
    private long _sweptMs;

    public static bool IsPresent(HttpRequest request) =>
        request.Headers.ContainsKey(Signature) || request.Headers.ContainsKey(KeyId);

    public async ValueTask<(Principal? Principal, string? Fault)> FindAsync(HttpContext context)
    {
        var request = context.Request;
        var (id, time, nonce, text) = (One(request, KeyId), One(request, Timestamp), One(request, Nonce),
            One(request, Signature));
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (id is null || nonce is not { Length: > 0 and <= NonceLengthMax } || text is null
            || !long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var sentMs))
        {
            return (null, "bad_signature");
        }
        if (Math.Abs(Math.Clamp(sentMs, 0, now * 2) - now) > limits.SignWindow.TotalMilliseconds)
        {
            return (null, "timestamp_window");
        }
        if (keys.Named(id) is not { PublicKey: { } publicKey } principal)
        {
            return (null, "bad_signature");
        }
        var body = await ReadBodyAsync(request, context.RequestAborted);
        var canonical = Canonical(request.Method, request, body, time!, nonce, id);
        if (!Signing.IsGood(publicKey, Encoding.UTF8.GetBytes(canonical), text))
        {
            return (null, "bad_signature");
        }
        // only what was signed is remembered, so nobody else can use a nonce up or fill the memory
        return Remember($"{id} {nonce}", now)
            // prices in it are signed with it
            ? (principal with { PublicKey = null }, null)
            : (null, "bad_signature");
    }

    internal static string Canonical(
        string method, HttpRequest request, ReadOnlySpan<byte> body, string time, string nonce, string id)
    {
        var query = string.Join('&', (request.QueryString.Value ?? "").TrimStart('?').Split('&')
            .Where(pair => pair.Length > 0).Order(StringComparer.Ordinal));
        var path = request.PathBase.ToUriComponent() + request.Path.ToUriComponent();
        return $"{method}\n{path}{(query.Length > 0 ? "?" : "")}{query}\n"
            + $"{Convert.ToHexStringLower(SHA256.HashData(body))}\n{time}\n{nonce}\n{id}";
    }

    private static string? One(HttpRequest request, string name) =>
        request.Headers[name] is { Count: 1 } values ? values[0] : null;

    /// <summary>
    /// The body as it came, put back for whoever reads it next; longer than any that is taken is not read on.
    /// </summary>
    private async Task<byte[]> ReadBodyAsync(HttpRequest request, CancellationToken cancel)
    {
        var copy = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (copy.Length <= limits.BatchBytes)
        {
            var read = await request.Body.ReadAsync(buffer, cancel);
            if (read == 0)
            {
                break;
            }
            copy.Write(buffer, 0, read);
        }
        var bytes = copy.ToArray();
        copy.Position = 0;
        request.Body = copy;
        return bytes;
    }

    private bool Remember(string nonce, long now)
    {
        var window = 2 * (long)limits.SignWindow.TotalMilliseconds;
        if (now - Volatile.Read(ref _sweptMs) > window / 2)
        {
            Volatile.Write(ref _sweptMs, now);
            foreach (var (old, _) in _nonces.Where(row => now - row.Value > window))
            {
                _nonces.TryRemove(old, out _);
            }
        }
        return _nonces.Count < NoncesMax && _nonces.TryAdd(nonce, now);
    }
}

/// <summary>P-256 signatures over SHA-256, as base64 of either of the forms that tools write.</summary>
internal static class Signing
{
    private const int FixedLength = 64;

    /// <param name="publicKey">DER of the key.</param>
    /// <param name="signature">Base64 of r and s side by side (WebCrypto, .NET), or of their DER (OpenSSL).</param>
    public static bool IsGood(byte[] publicKey, byte[] data, string signature)
    {
        Span<byte> bytes = stackalloc byte[96];
        if (!Convert.TryFromBase64String(signature, bytes, out var length))
        {
            return false;
        }
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(publicKey, out _);
            return key.VerifyData(data, bytes[..length], HashAlgorithmName.SHA256, length == FixedLength
                ? DSASignatureFormat.IeeeP1363FixedFieldConcatenation : DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
