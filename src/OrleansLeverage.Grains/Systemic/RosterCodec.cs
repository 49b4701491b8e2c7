using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Grains.Storage;

namespace OrleansLeverage.Grains.Systemic;

/// <summary>
/// What was last known of an account's risk: the ratio is infinite where a bucket of it had no balance, and all is 0
/// where nothing is known.
/// </summary>
internal readonly record struct KnownRisk(double Notional, double Ratio, long KnownAtMs);

/// <summary>
/// The bytes of a bucket of the roster.
/// <code>
/// version, revision, (account, notional, ratio, known at)*
/// </code>
/// </summary>
internal static class RosterCodec
{
    private const byte Version = 1;

    public static byte[] Write(long revision, IReadOnlyCollection<KeyValuePair<string, KnownRisk>> accounts)
    {
        var sink = new ByteSink();
        sink.Byte(Version);
        sink.Number(revision);
        sink.Number(accounts.Count);
        foreach (var (account, risk) in accounts)
        {
            sink.Text(account);
            sink.Wide(new UInt128(BitConverter.DoubleToUInt64Bits(risk.Notional),
                BitConverter.DoubleToUInt64Bits(risk.Ratio)));
            sink.Signed(risk.KnownAtMs);
        }
        return sink.ToArray();
    }

    /// <summary>An empty body is that of a bucket nobody was listed in.</summary>
    public static (long Revision, List<KeyValuePair<string, KnownRisk>> Accounts) Read(ReadOnlySpan<byte> body,
        string what)
    {
        var accounts = new List<KeyValuePair<string, KnownRisk>>();
        if (body.IsEmpty)
        {
            return (0L, accounts);
        }
        var source = new ByteSource(body);
        BodyCodec.Version(ref source, Version, what);
        var revision = source.Long();
        for (var count = source.Count(); count > 0; count--)
        {
            var account = source.Text();
            var numbers = source.Wide();
            accounts.Add(new(account, new KnownRisk(BitConverter.UInt64BitsToDouble((ulong)(numbers >> 64)),
                BitConverter.UInt64BitsToDouble(unchecked((ulong)numbers)), source.Signed())));
        }
        source.End();
        return (revision, accounts);
    }
}
