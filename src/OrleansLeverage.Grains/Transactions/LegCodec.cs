using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;

namespace OrleansLeverage.Grains.Transactions;

/// <summary>The records of one party's part of a transaction: <c>(counts, record)*</c>.</summary>
internal static class LegCodec
{
    public static byte[] Write(IEnumerable<(bool Counts, JournalRecord Record)> records)
    {
        var sink = new ByteSink();
        foreach (var (counts, record) in records)
        {
            sink.Flag(counts);
            JournalCodec.Write(sink, record);
        }
        return sink.ToArray();
    }

    public static List<(bool Counts, JournalRecord Record)> Read(ReadOnlySpan<byte> bytes, Universe universe)
    {
        var records = new List<(bool, JournalRecord)>(2);
        var source = new ByteSource(bytes);
        while (!source.AtEnd)
        {
            var counts = source.Flag();
            records.Add((counts, JournalCodec.Read(ref source, universe)));
        }
        return records;
    }
}
