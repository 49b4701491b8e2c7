using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;

namespace OrleansLeverage.Grains.Accounts;

/// <summary>The records of one account's part of a transaction: <c>(counts, record)*</c>.</summary>
internal static class LegCodec
{
    public static byte[] Write(IEnumerable<(bool Counts, AppliedRecord Record)> records)
    {
        var sink = new ByteSink();
        foreach (var (counts, record) in records)
        {
            sink.Flag(counts);
            JournalCodec.Write(sink, record);
        }
        return sink.ToArray();
    }

    public static List<(bool Counts, AppliedRecord Record)> Read(ReadOnlySpan<byte> bytes, Universe universe)
    {
        var records = new List<(bool, AppliedRecord)>(2);
        var source = new ByteSource(bytes);
        while (!source.AtEnd)
        {
            var counts = source.Flag();
            records.Add((counts, (AppliedRecord)JournalCodec.Read(ref source, universe)));
        }
        return records;
    }
}
