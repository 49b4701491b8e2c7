using OrleansLeverage.Grains.Systemic;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

public sealed class RosterCodecTests
{
    [Fact]
    public void A_bucket_comes_back_as_it_was_kept()
    {
        KeyValuePair<string, KnownRisk>[] accounts =
        [
            new("a-1", default), new("b-2", new KnownRisk(12_345.678, 0.85, 1_700_000_000_123)),
            new("c-3", new KnownRisk(1e12, double.PositiveInfinity, -7)),
        ];
        var bytes = RosterCodec.Write(9, accounts);

        var (revision, back) = RosterCodec.Read(bytes, "bucket");

        Assert.Equal(9, revision);
        Assert.Equal(accounts, back);
        Assert.Equal(0, RosterCodec.Read([], "bucket").Revision);
        bytes[0] = 2;
        var error = Assert.Throws<InvalidDataException>(() => RosterCodec.Read(bytes, "roster bucket 17"));
        Assert.Contains("roster bucket 17 is kept in version 2", error.Message, StringComparison.Ordinal);
    }
}
