using System.Globalization;
using System.Text;

namespace OrleansLeverage.Web.Security;

/// <summary>
/// The lines of an audit on disk. Lines are only ever added; a full file is set aside under the number of its last line
/// and the oldest of too many of those goes. A line that a crash cut off was never whole: it is cut
/// away when the file is opened.
/// </summary>
internal sealed class AuditFile : IDisposable
{
    private const int LineMax = 64 * 1024;

    private readonly string _path;
    private readonly long _bytesMax;
    private readonly int _kept;
    private volatile FileStream _stream;
    private volatile bool _isDirty;
    private volatile bool _isClosed;

    public AuditFile(string path, long bytesMax, int kept)
    {
        (_path, _bytesMax, _kept) = (path, bytesMax, kept);
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }
        _stream = Open();
        End = ReadEnd(_stream) ?? (SetAside().LastOrDefault() is { } before ? LastOf(before) : (0, AuditTrail.NoHash));
    }

    /// <summary>The last line's number and hash.</summary>
    public (long Seq, string Hash) End { get; }

    public void Append(byte[] line, long seq)
    {
        if (_isClosed)
        {
            throw new IOException("the audit is closed");
        }
        if (_stream.Length + line.Length + 1 > _bytesMax && _stream.Length > 0)
        {
            Rotate(seq - 1);
        }
        _stream.Write([.. line, (byte)'\n']);
        _stream.Flush();
        _isDirty = true;
    }

    /// <summary>Makes what was added last through a loss of power. Beside additions, one at a time.</summary>
    public void Sync()
    {
        if (!_isDirty || _isClosed)
        {
            return;
        }
        _isDirty = false;
        try
        {
            RandomAccess.FlushToDisk(_stream.SafeFileHandle);
        }
        catch (ObjectDisposedException)
        {
            // set aside or closed meanwhile, which synced it
        }
    }

    public void Dispose()
    {
        if (_isClosed)
        {
            return;
        }
        _isClosed = true;
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
    }

    private IReadOnlyList<string> SetAside() => AuditChain.SetAside(_path);

    private FileStream Open()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }
        return new FileStream(_path, options);
    }

    private void Rotate(long lastSeq)
    {
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        File.Move(_path, $"{_path}.{lastSeq.ToString("D12", CultureInfo.InvariantCulture)}");
        foreach (var old in SetAside().SkipLast(_kept))
        {
            File.Delete(old);
        }
        _stream = Open();
    }

    private static (long Seq, string Hash) LastOf(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        return ReadEnd(stream) ?? throw new FormatException($"{path} ends in no audit record");
    }

    /// <summary>The last whole line; what follows it is cut away, and the stream stands at the end.</summary>
    private static (long Seq, string Hash)? ReadEnd(FileStream stream)
    {
        var size = (int)Math.Min(stream.Length, 2L * LineMax);
        var tail = new byte[size];
        stream.Seek(-size, SeekOrigin.End);
        stream.ReadExactly(tail);
        var end = tail.AsSpan().LastIndexOf((byte)'\n');
        if (end < 0)
        {
            if (size == 2 * LineMax)
            {
                throw new FormatException("the file is no audit");
            }
            stream.SetLength(0);
            return null;
        }
        stream.SetLength(stream.Length - (size - end - 1));
        stream.Seek(0, SeekOrigin.End);
        var line = Encoding.UTF8.GetString(tail.AsSpan((tail.AsSpan(0, end).LastIndexOf((byte)'\n') + 1)..end));
        return AuditChain.Parse(line) is { } row
            ? (row.Seq, AuditChain.HashOf(line))
            : throw new FormatException("the file ends in a line that is no audit record");
    }
}
