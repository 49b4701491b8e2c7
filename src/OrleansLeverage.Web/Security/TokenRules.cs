using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansLeverage.Web.Security;

/// <summary>A key that tokens are signed by: its kind fixes the algorithm, whatever a token says of itself.</summary>
/// <param name="Kid">What a token's header calls it.</param>
/// <param name="PublicKey">PEM of a P-256 key (ES256) or of an RSA key of at least 2048 bits (RS256).</param>
public sealed record TokenKey(string Kid, string PublicKey);

/// <summary>Whose tokens are believed, and for how long. Keys are in this table and nowhere else.</summary>
/// <param name="Issuer">The <c>iss</c> of every token, exactly.</param>
/// <param name="Audience">Among the <c>aud</c> of every token.</param>
public sealed record TokenRules(string Issuer, string Audience, IReadOnlyList<TokenKey> Keys)
{
    public const int SkewSecondsMax = 60;

    public const int LifetimeMinutesLimit = 60 * 24 * 30;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
    };

    /// <summary>How far clocks may be apart, 0 to 60 seconds.</summary>
    public int SkewSeconds { get; init; } = 5;

    /// <summary>
    /// How far ahead a token may end, in minutes: one that leaks ends by itself, and nobody can take it back.
    /// </summary>
    public int LifetimeMinutesMax { get; init; } = 24 * 60;

    /// <exception cref="FormatException">The file is not what it must be.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static TokenRules Read(string path)
    {
        TokenRules rules;
        try
        {
            rules = JsonSerializer.Deserialize<TokenRules>(File.ReadAllText(path), Json)
                ?? throw new FormatException($"{path} is empty");
        }
        catch (JsonException exception)
        {
            throw new FormatException($"{path} holds no token rules: {exception.Message}");
        }
        return rules.Fault() is { } fault ? throw new FormatException($"{path}: {fault}") : rules;
    }

    /// <summary>What is wrong with the rules, in words; null where nothing is.</summary>
    public string? Fault() =>
        Issuer.Length == 0 || Audience.Length == 0 ? "issuer and audience are not empty"
        : Keys.Count == 0 ? "there is no key"
        : Keys.GroupBy(key => key.Kid).Any(same => same.Count() > 1) ? "a kid is there twice"
        : SkewSeconds is < 0 or > SkewSecondsMax ? $"skewSeconds is 0 to {SkewSecondsMax}"
        : LifetimeMinutesMax is < 1 or > LifetimeMinutesLimit ? $"lifetimeMinutesMax is 1 to {LifetimeMinutesLimit}"
        : Keys.FirstOrDefault(key => TokenVerifier.Of(key) is null) is { } wrong
            ? $"key '{wrong.Kid}' is no PEM of a P-256 public key or of an RSA public key of 2048 bits or more"
        : null;
}

/// <summary>One way of verifying a signature: the algorithm's name and the key.</summary>
internal sealed record TokenVerifier(string Algorithm, Func<byte[], byte[], bool> IsSignedBy)
{
    private const int RsaBitsMin = 2048;

    /// <summary>Null where the PEM holds no key that is good enough.</summary>
    public static TokenVerifier? Of(TokenKey key)
    {
        if (KeyFile.P256(key.PublicKey) is { } der)
        {
            return new TokenVerifier("ES256", (data, signature) =>
            {
                using var ecdsa = ECDsa.Create();
                ecdsa.ImportSubjectPublicKeyInfo(der, out _);
                return ecdsa.VerifyData(data, signature, HashAlgorithmName.SHA256);
            });
        }
        try
        {
            using var probe = RSA.Create();
            probe.ImportFromPem(key.PublicKey);
            var parameters = probe.ExportParameters(false);
            return probe.KeySize < RsaBitsMin ? null : new TokenVerifier("RS256", (data, signature) =>
            {
                using var rsa = RSA.Create(parameters);
                return rsa.VerifyData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            });
        }
        catch (Exception exception) when (exception is ArgumentException or CryptographicException)
        {
            return null;
        }
    }
}
