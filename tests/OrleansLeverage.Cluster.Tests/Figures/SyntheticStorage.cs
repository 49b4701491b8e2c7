using System.Globalization;
using Orleans.Storage;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Grains.Accounts;
using OrleansLeverage.Grains.Storage;

namespace OrleansLeverage.Cluster.Tests.Figures;

/// <summary>
/// A store in which every account exists, with three positions that follow from its number, so that a million of them
/// take no memory but their grains'. Writes are taken and forgotten.
/// </summary>
internal sealed class SyntheticStorage(Universe universe, PriceFrame frame) : IGrainStorage
{
    private static readonly ByteSink Sink = new();
    private static readonly Lock Packing = new();

    public static string Name(int number) => $"n-{number}";

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (stateName == "account" && grainId.Key.ToString() is { } key
            && key.StartsWith("n-", StringComparison.Ordinal))
        {
            var body = Body(int.Parse(key[2..], CultureInfo.InvariantCulture));
            grainState.State = (T)(object)new StoredState { Body = body };
            (grainState.ETag, grainState.RecordExists) = ("1", true);
        }
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        (grainState.ETag, grainState.RecordExists) = ("1", true);
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => Task.CompletedTask;

    public byte[] Body(int number)
    {
        var random = new Random(number);
        var account = new Account(new AccountId(Name(number)));
        account.Apply(new BalanceChanged(universe.Usd, 100_000m, 100_000m, BalanceReason.Deposit));
        for (var i = 0; i < 3; i++)
        {
            var instrument = universe.Instruments[(number + 5 * i) % universe.Instruments.Count];
            var mark = frame.Mark(instrument)!.Value;
            var lot = instrument.Multiplier * mark.Value * instrument.LotSize;
            var lots = Math.Floor(random.Next(1_000, 50_000) / lot);
            var quantity = new Quantity((random.Next(2) * 2 - 1) * Math.Max(1m, lots) * instrument.LotSize);
            account.Apply(new PositionChanged(account.Position(instrument) with
            {
                Quantity = quantity, Cost = instrument.Value(quantity, mark),
            }));
        }
        account.Sequence = 1;
        lock (Packing)
        {
            return new AccountBook(windowCapacity: 16) { Account = account, Applied = 1 }.Write(Sink);
        }
    }
}
