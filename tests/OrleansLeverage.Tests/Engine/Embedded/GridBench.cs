using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Embedded;
using OrleansLeverage.Engine.Journal;
using OrleansLeverage.Market.Oracle;
using OrleansLeverage.Tests.Domain;
using OrleansLeverage.Tests.Engine.Journal;
using OrleansLeverage.Tests.Engine.Triggers;

namespace OrleansLeverage.Tests.Engine.Embedded;

/// <summary>
/// An embedded grid over <see cref="Books"/> on a journal in memory, whose frames the test makes, whose clock it moves
/// and whose file system it can make fail or hold.
/// </summary>
internal sealed class GridBench : IAsyncDisposable
{
    public const long StartMs = Crowd.StartMs;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly SourceId Source = new("history");

    private readonly JournalFolder _folder = new();
    private readonly Func<EmbeddedOptions, EmbeddedOptions> _options;
    private readonly Dictionary<FeedId, long> _sequences = [];
    private readonly ManualResetEventSlim _held = new(true);
    private readonly SemaphoreSlim _reached = new(0);
    private long _ids;

    public GridBench(Func<EmbeddedOptions, EmbeddedOptions>? options = null)
    {
        _options = options ?? (o => o);
        Files.Before = (call, name) => Fault(call, name);
        Grid = Open(_folder.Path);
    }

    public FaultyFileSystem Files { get; } = new();

    /// <summary>What the file system says to a call before it is made; 0 lets it pass.</summary>
    public Func<FileCall, string, int> Fault { get; set; } = (_, _) => 0;

    public ManualTime Time { get; } = new(StartMs);

    public EmbeddedGrid Grid { get; private set; }

    public string Directory => _folder.Path;

    public EmbeddedGrid Open(string directory)
    {
        var options = _options(new EmbeddedOptions
        {
            Universe = Books.Universe,
            Oracle = Crowd.Profiles,
            Directory = directory,
            Time = Time,
            Workers = 1,
            WindowCapacity = 100_000,
            MakesFrames = false,
        });
        return EmbeddedGrid.Open(options with { Journal = j => options.Journal(j) with { Vfs = Files.Name } });
    }

    public CommandId NextId() => CommandId.Series(Time.NowMs, 9, Interlocked.Increment(ref _ids));

    public Deposit Deposit(string account, decimal amount = 1m) =>
        new(NextId(), new AccountId(account), AssetId.Usd, amount);

    public async Task<CommandResult> Execute(AccountCommand command) => await Soon(Grid.ExecuteAsync(command).AsTask());

    public async Task<decimal> Usd(string account) =>
        (await Grid.AccountAsync(new AccountId(account)))?.Balances.Where(b => b.Asset.Id == AssetId.Usd)
            .Sum(b => b.Amount) ?? 0m;

    /// <summary>Prices as a lockstep grid would take them, a frame of them, and its nominations confirmed.</summary>
    public async Task Publish(long timeMs, IEnumerable<KeyValuePair<FeedId, Price>> prices)
    {
        Time.Advance(timeMs - Time.NowMs);
        foreach (var (feed, price) in prices)
        {
            var sequence = _sequences[feed] = _sequences.GetValueOrDefault(feed) + 1;
            await Grid.PublishAsync(new PriceUpdate(feed, price.Value, Source, 1, sequence, timeMs));
        }
        Grid.Step();
        await Soon(Grid.StateHashAsync().AsTask());
    }

    /// <summary>Every write waits until the returned handle is disposed; returns once one of them does.</summary>
    public async Task<IDisposable> HoldCommits()
    {
        _held.Reset();
        Fault = (_, _) =>
        {
            _reached.Release();
            _held.Wait();
            return 0;
        };
        var first = Grid.ExecuteAsync(Deposit("held")).AsTask();
        await _reached.WaitAsync(Patience);
        return new Handle(() =>
        {
            Fault = (_, _) => 0;
            _held.Set();
        });
    }

    public async Task Reopen()
    {
        await Grid.DisposeAsync();
        _sequences.Clear();
        Time.Advance(60_000);
        Grid = Open(_folder.Path);
    }

    /// <summary>Another grid on what a kill would leave on disk now.</summary>
    public EmbeddedGrid OpenCopy() => Open(_folder.CopyNow().Directory);

    /// <summary>From the journal alone: what is durable.</summary>
    public List<T> Journaled<T>()
    {
        using var journal = DurableJournal.Open(_folder.CopyNow() with { SchemaVersion = JournalCodec.SchemaVersion });
        return journal.ReadAll().SelectMany(b => JournalReader.Records(b, Books.Universe)).OfType<T>().ToList();
    }

    /// <summary>Nothing in this grid may take longer than this, whatever fails.</summary>
    public static async Task<T> Soon<T>(Task<T> task) => await task.WaitAsync(Patience);

    /// <summary>Waits for what the grid's own threads bring about.</summary>
    public static async Task Until(Func<bool> holds, string what)
    {
        for (var i = 0; i < 2_000 && !holds(); i++)
        {
            await Task.Delay(5);
        }
        Xunit.Assert.True(holds(), what);
    }

    public async ValueTask DisposeAsync()
    {
        Fault = (_, _) => 0;
        _held.Set();
        await Grid.DisposeAsync();
        _folder.Dispose();
    }

    private sealed class Handle(Action release) : IDisposable
    {
        public void Dispose() => release();
    }
}
