using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using Xunit;

namespace OrleansLeverage.Cluster.Tests;

/// <summary>Commands through their messages.</summary>
public sealed class CommandTranslationTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("BTC-USD-PERP")]
    public void A_transfer_with_the_fund_comes_back_as_it_went(string? isolated)
    {
        var command = new InsuranceTransfer(CommandId.Series(1, 1, 1), new AccountId("alice"), AssetId.Usd, -12.5m,
            isolated is null ? null : new InstrumentId(isolated));

        Assert.Equal(command, command.ToMessage().ToCommand());
    }
}
