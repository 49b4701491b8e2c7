using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace OrleansLeverage.Web.Security;

/// <summary>
/// The text of an API key: <c>lvg_</c>, a public id of 12 hexadecimal digits, <c>_</c>, a secret of 256 random bits.
/// Only its SHA-256 is kept. A secret that long needs no slow hash: there is nothing to guess.
/// </summary>
public static class ApiKey
{
    public const string Prefix = "lvg_";

    private const int IdLength = 12;
    private const int SecretLength = 43;

    public static (string Id, string Text) Create()
    {
        var id = RandomNumberGenerator.GetHexString(IdLength, lowercase: true);
        return (id, $"{Prefix}{id}_{Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))}");
    }

    /// <summary>The id that a key says it has; null where the text has not the form of a key.</summary>
    public static string? IdOf(string text)
    {
        const int Separator = 4 + IdLength;
        return text.Length == Separator + 1 + SecretLength && text.StartsWith(Prefix, StringComparison.Ordinal)
            && text[Separator] == '_' ? text[Prefix.Length..Separator] : null;
    }

    /// <summary>SHA-256 of the whole text, as lower-case hexadecimal digits.</summary>
    public static string Hash(string text) => Convert.ToHexStringLower(HashBytes(text));

    internal static byte[] HashBytes(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>In a time that does not depend on where two hashes differ.</summary>
    internal static bool IsHashOf(ReadOnlySpan<byte> hash, string text) =>
        CryptographicOperations.FixedTimeEquals(hash, HashBytes(text));
}
