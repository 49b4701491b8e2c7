using System.IO.Compression;
using System.Text;
using OrleansLeverage.Market.Files;

namespace OrleansLeverage.Tests.Market.Files;

/// <summary>Files written for one test, and what reading them gave.</summary>
internal sealed class PriceFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("prices");

    public string Write(string name, params string[] lines) => Write(name, string.Concat(lines.Select(l => l + "\n")));

    public string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public string WriteGzip(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        using var stream = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        stream.Write(Encoding.UTF8.GetBytes(text));
        return path;
    }

    public string WriteZip(string name, params (string Entry, string Text)[] entries)
    {
        var path = Path.Combine(_folder.FullName, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (entry, text) in entries)
        {
            using var stream = archive.CreateEntry(entry).Open();
            stream.Write(Encoding.UTF8.GetBytes(text));
        }
        return path;
    }

    public static Reading Read(PriceFile file)
    {
        var reading = new Reading();
        reading.Report = file.Read(reading.Bars.Add, reading.Funding.Add, reading.Rejects.Add);
        return reading;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    internal sealed class Reading
    {
        public List<PriceBar> Bars { get; } = [];

        public List<FundingPoint> Funding { get; } = [];

        public List<PriceFileReject> Rejects { get; } = [];

        public PriceFileReport Report { get; set; } = null!;
    }
}
