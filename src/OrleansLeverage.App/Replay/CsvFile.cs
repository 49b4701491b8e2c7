using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using OrleansLeverage.Domain;

namespace OrleansLeverage.App.Replay;

/// <summary>
/// A CSV file (RFC 4180, LF, UTF-8) that gets its name only when it is complete. Values are numbers, times and ids,
/// none of which needs quoting.
/// </summary>
internal sealed class CsvFile : IDisposable
{
    private const int BufferBytes = 1 << 16;

    private readonly string _path;
    private readonly StreamWriter _writer;
    private bool _begun;

    public CsvFile(string path, params IEnumerable<string> header)
    {
        _path = path;
        _writer = new StreamWriter(path + ".partial", append: false, new UTF8Encoding(false), BufferBytes)
        {
            NewLine = "\n",
        };
        foreach (var name in header)
        {
            Add(name);
        }
        EndRow();
    }

    public void Add(string value)
    {
        if (_begun)
        {
            _writer.Write(',');
        }
        _writer.Write(value);
        _begun = true;
    }

    public void Add(long value) => Add(value.ToString(CultureInfo.InvariantCulture));

    public void Add(decimal value) => Add(Decimals.Text(value));

    /// <summary>The shortest text that reads back to the same double; empty where there is no value.</summary>
    public void Add(double? value) =>
        Add(value is { } number ? number.ToString("R", CultureInfo.InvariantCulture) : "");

    public void EndRow()
    {
        _writer.WriteLine();
        _begun = false;
    }

    /// <summary>Gives the file its name and returns the SHA-256 of its bytes.</summary>
    public string Complete()
    {
        _writer.Dispose();
        File.Move(_path + ".partial", _path, overwrite: true);
        using var stream = File.OpenRead(_path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Leaves nothing behind of a file that is not complete.</summary>
    public void Dispose()
    {
        _writer.Dispose();
        File.Delete(_path + ".partial");
    }
}
