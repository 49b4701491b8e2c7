using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace OrleansLeverage.Web.Security;

/// <summary>
/// The chain of an audit: each line names the hash of the one before. What was changed, taken out or put in after the
/// first line that is left shows; a cut at the end shows only beside a newer hash that was written down elsewhere.
/// </summary>
public static class AuditChain
{
    /// <summary>
    /// Walks the chain through every file, oldest first. Returns how many lines there are and what is wrong with the
    /// first bad one, if any.
    /// </summary>
    public static (long Lines, string? Fault) Verify(string path)
    {
        long count = 0;
        long? seq = null;
        string? hash = null;
        foreach (var file in SetAside(path).Append(path).Where(File.Exists))
        {
            foreach (var line in File.ReadLines(file, Encoding.UTF8))
            {
                if (Parse(line) is not { } row)
                {
                    return (count, $"{file}: after line {count} comes one that is no record");
                }
                if ((seq is not null && row.Seq != seq + 1) || (hash is not null && row.Prev != hash))
                {
                    return (count, $"{file}: record {row.Seq} does not follow the one before it");
                }
                (seq, hash, count) = (row.Seq, HashOf(line), count + 1);
            }
        }
        return (count, null);
    }

    internal static string HashOf(string line) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line)));

    internal static (long Seq, string Prev)? Parse(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return (document.RootElement.GetProperty("seq").GetInt64(),
                document.RootElement.GetProperty("prev").GetString()!);
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException
            or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    internal static IReadOnlyList<string> SetAside(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var name = Path.GetFileName(path) + ".";
        return Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, name + "*")
                .Where(file => Path.GetFileName(file) is var found && found.StartsWith(name, StringComparison.Ordinal)
                    && found[name.Length..].All(char.IsAsciiDigit))
                .Order(StringComparer.Ordinal)]
            : [];
    }
}
