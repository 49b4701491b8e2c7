using System.IO.Compression;
using System.Security.Cryptography;

namespace OrleansLeverage.Market.Files;

/// <summary>
/// The bytes of a file, unpacked: gzip and zip are known by their first bytes, not by the name. A zip holds one file; a
/// sum file beside an archive (<c>x.zip.CHECKSUM</c>, SHA-256, as Binance publishes them) must agree with it.
/// </summary>
internal sealed class FileSource : IDisposable
{
    private readonly FileStream _file;
    private readonly ZipArchive? _archive;

    private FileSource(string path)
    {
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        Span<byte> magic = stackalloc byte[4];
        var length = _file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        _file.Position = 0;
        if (length >= 2 && magic is [0x1F, 0x8B, ..])
        {
            (Compression, EntryName) = ("gzip", Path.GetFileNameWithoutExtension(path));
            Stream = new GZipStream(_file, CompressionMode.Decompress);
        }
        else if (length == 4 && magic is [(byte)'P', (byte)'K', 3, 4])
        {
            VerifySum(path, _file);
            _archive = new ZipArchive(_file, ZipArchiveMode.Read);
            var entry = OnlyEntry(path, _archive);
            (Compression, EntryName) = ("zip", entry.Name);
            Stream = entry.Open();
        }
        else
        {
            (Compression, EntryName) = ("none", Path.GetFileName(path));
            Stream = _file;
        }
    }

    /// <summary>"none", "gzip" or "zip".</summary>
    public string Compression { get; }

    /// <summary>The file's name inside the archive, or its own without ".gz".</summary>
    public string EntryName { get; }

    public Stream Stream { get; }

    public static FileSource Open(string path)
    {
        try
        {
            return new FileSource(path);
        }
        catch (Exception cause) when (IsUnreadable(cause))
        {
            throw new PriceFileException(path, cause.Message, cause);
        }
    }

    /// <summary>What a missing, forbidden, cut or damaged file throws, when opened or later.</summary>
    public static bool IsUnreadable(Exception cause) =>
        cause is IOException or UnauthorizedAccessException or InvalidDataException;

    public void Dispose()
    {
        Stream.Dispose();
        _archive?.Dispose();
        _file.Dispose();
    }

    private static ZipArchiveEntry OnlyEntry(string path, ZipArchive archive)
    {
        var files = archive.Entries.Where(e => !e.FullName.EndsWith('/')).ToList();
        return files is [var only]
            ? only
            : throw new PriceFileException(path, $"the archive holds {files.Count} files; one is expected");
    }

    private static void VerifySum(string path, FileStream file)
    {
        var sumPath = path + ".CHECKSUM";
        if (!File.Exists(sumPath))
        {
            return;
        }
        var expected = File.ReadAllText(sumPath).Trim().Split(' ', '\t')[0];
        var actual = Convert.ToHexString(SHA256.HashData(file));
        file.Position = 0;
        if (!string.Equals(expected, actual, StringComparison.OrdinalIgnoreCase))
        {
            throw new PriceFileException(path,
                $"its SHA-256 is {actual}, the sum file beside it says {PriceText.Shorten(expected)}");
        }
    }
}
