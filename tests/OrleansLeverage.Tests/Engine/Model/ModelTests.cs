using System.Numerics;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Replay;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Domain;
using Xunit;
using Xunit.Abstractions;

namespace OrleansLeverage.Tests.Engine.Model;

/// <summary>
/// The engine against the model, command by command: the same answers, the same holdings, and books that close.
/// </summary>
public sealed class ModelTests(ITestOutputHelper output)
{
    private const int Accounts = 12;
    private const int Commands = 7_000;
    private static readonly BigInteger[] Powers = [.. Enumerable.Range(0, 57).Select(n => BigInteger.Pow(10, n))];
    private const long StartMs = 1_700_000_000_000;

    [Theory]
    [InlineData(41)]
    [InlineData(42)]
    [InlineData(43)]
    public void Answers_and_holdings_are_those_of_the_model_after_every_command(int seed)
    {
        var commands = new RandomCommands(seed, Accounts);
        using var grid = new LockstepGrid(Books.Universe,
            [.. Books.Universe.Feeds.Select(f => OracleProfile.Replay(f.Id, f.TickSize, 1_000))], 1);
        var model = new ModelGrid { Frame = grid.Frame };
        var prices = new PricePath(seed);
        var counts = new SortedDictionary<CommandStatus, int>();
        for (var i = 0; i < Commands; i++)
        {
            if (i % 25 == 0)
            {
                grid.Publish(StartMs + i * 40L, prices.Next(), _ => { });
                model.Frame = grid.Frame;
                CheckOpenInterest(grid, model);
            }
            var command = commands.Next(model.Frame, id =>
                model.Accounts.GetValueOrDefault(id)?.Orders.Keys ?? Enumerable.Empty<CommandId>());
            var expected = model.Execute(command);

            var result = grid.Execute(command);

            Assert.True(expected == result.Status,
                $"seed {seed}, command {i}, {command}: the model says {expected}, the grid {result}");
            counts[expected] = counts.GetValueOrDefault(expected) + 1;
            foreach (var account in i % 200 == 0 || i == Commands - 1 ? model.Accounts.Keys : Touched(command))
            {
                Compare(model, grid.State.Accounts, account, $"seed {seed}, command {i}, {command}");
            }
            if (expected == CommandStatus.Applied)
            {
                CheckBooks(grid.State, $"seed {seed}, command {i}, {command}");
                model.Frame = grid.Frame;
            }
        }
        output.WriteLine($"seed {seed}: {string.Join(", ", counts.Select(c => $"{c.Key} {c.Value}"))}");
        Assert.True(counts[CommandStatus.Applied] > Commands / 4, "too little was applied to prove anything");
        Assert.True(counts.Count >= 20, $"only {counts.Count} statuses were met");
    }

    private static IEnumerable<AccountId> Touched(AccountCommand command) => command switch
    {
        ApplyFill fill => [fill.First.Account, fill.Second.Account],
        Transfer transfer => [transfer.From, transfer.To],
        SingleAccountCommand single => [single.Account],
        _ => [],
    };

    private static void Compare(ModelGrid model, AccountStore store, AccountId id, string where)
    {
        var expected = model.Accounts.GetValueOrDefault(id);
        var actual = store.Read(id);
        Assert.True(expected is null == actual is null, $"{where}: {id} is {(actual is null ? "missing" : "there")}");
        if (expected is null || actual is null)
        {
            return;
        }
        foreach (var asset in Books.Universe.Assets)
        {
            Assert.True(expected.Balance(asset) == actual.Balance(asset),
                $"{where}: {id} has {actual.Balance(asset)} {asset}, the model {expected.Balance(asset)}");
        }
        foreach (var instrument in Books.Universe.Instruments)
        {
            var (want, have) = (expected.Position(instrument), actual.Position(instrument));
            Assert.True(want.Quantity == have.Quantity.Value && want.Cost == have.Cost
                && want.Margin == have.IsolatedMargin
                && want.IsIsolated == (have.Mode == MarginMode.Isolated) && want.Leverage == have.LeverageSetting
                && (have.Quantity.IsZero || want.FundingIndex == have.FundingIndex),
                    $"{where}: {id} holds {have}, the model {want}");
        }
        Assert.True(expected.Orders.Keys.Order().SequenceEqual(actual.Reservations.Select(r => r.Order)),
            $"{where}: orders of {id}");
        var margin = model.Margin(expected);
        var tier = AccountValuation.Of(actual, model.Frame).Tier(Books.Rules);
        Assert.True(tier == margin.Tier(), $"{where}: {id} is {tier}, in the model {margin.Tier()}");
    }

    /// <summary>Per settlement asset nothing was made and nothing lost, in whole units of 10^-56.</summary>
    private static void CheckBooks(GridState state, string where)
    {
        var sums = new BigInteger[Books.Universe.Assets.Count];
        for (var number = 0; number < state.Accounts.Count; number++)
        {
            var account = state.Accounts.Read(number);
            foreach (var balance in account.Balances)
            {
                sums[balance.Asset.Index] += Units(balance.Amount, 1m);
            }
            foreach (var position in account.Positions)
            {
                var asset = position.Instrument.Settlement.Index;
                sums[asset] += Units(position.IsolatedMargin, 1m) - Units(position.Instrument.ProfitSign, position.Cost)
                    + Units(position.Quantity.Value, position.FundingIndex);
            }
        }
        foreach (var (_, asset, amount) in state.House.Balances)
        {
            sums[Books.Universe.Asset(asset)!.Index] += Units(amount, 1m);
        }
        Assert.True(Array.TrueForAll(sums, s => s.IsZero),
            $"{where}: the books do not close, {string.Join(' ', sums)}");
        // what rounding took: never given to an account
        Assert.All(state.House.Balances.Where(b => b.Account == HouseAccount.Dust), b =>
            Assert.True(b.Amount >= 0m, $"{where}: dust {b}"));
    }

    private static BigInteger Units(decimal left, decimal right) =>
        left == 0m || right == 0m ? BigInteger.Zero
            : Mantissa(left) * Mantissa(right) * Powers[56 - left.Scale - right.Scale];

    private static BigInteger Mantissa(decimal value)
    {
        var bits = decimal.GetBits(value);
        return new BigInteger(new decimal(bits[0], bits[1], bits[2], value < 0m, 0));
    }

    private static void CheckOpenInterest(LockstepGrid grid, ModelGrid model)
    {
        foreach (var instrument in Books.Universe.Instruments)
        {
            var longs = model.Accounts.Values.Select(a => a.Position(instrument).Quantity).Where(q => q > Rational.Zero)
                .Aggregate(Rational.Zero, (sum, q) => sum + q);
            var known = grid.Frame.Mark(instrument) is not null
                && grid.Frame.UsdPrice(instrument.Settlement) is not null;
            var unit = !known ? Rational.Zero : instrument.Style == ContractStyle.Linear
                ? (Rational)grid.Frame.Mark(instrument)!.Value.Value * grid.Frame.UsdPrice(instrument.Settlement)!.Value
                : (Rational)grid.Frame.UsdPrice(instrument.Settlement)!.Value
                    / grid.Frame.Mark(instrument)!.Value.Value;
            var difference = longs * unit * instrument.Multiplier - grid.Frame.OpenInterest[instrument.Index];
            Assert.True(Rational.Abs(difference) <= 0.005m,
                $"{instrument}: open interest {grid.Frame.OpenInterest[instrument.Index]} is off by {difference}");
        }
    }
}
