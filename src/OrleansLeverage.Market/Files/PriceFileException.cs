namespace OrleansLeverage.Market.Files;

/// <summary>
/// The file as a whole cannot be used: unknown format, wrong time unit, no feed name, broken archive. A single bad row
/// is not this but a <see cref="PriceFileReject"/>.
/// </summary>
public sealed class PriceFileException : Exception
{
    public PriceFileException(string path, string problem)
        : base($"{Path.GetFileName(path)}: {problem}") => FilePath = path;

    public PriceFileException(string path, string problem, Exception cause)
        : base($"{Path.GetFileName(path)}: {problem}", cause) => FilePath = path;

    public string FilePath { get; }
}
