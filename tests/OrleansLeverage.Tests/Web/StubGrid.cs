using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Kernel;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Tests.Web;

/// <summary>A grid that does what a test tells it, for what a real one does not do on demand.</summary>
internal sealed class StubGrid : ILeverageGrid
{
    private readonly FigureWatchers _watchers = new();

    public Func<AccountCommand, CancellationToken, ValueTask<CommandResult>> Execute { get; set; } =
        (_, _) => throw new NotSupportedException();

    public Func<CancellationToken, ValueTask<IMarketCut?>> Cut { get; set; } =
        _ => ValueTask.FromResult<IMarketCut?>(null);

    public Universe Universe { get; } = StandardRules.Universe();

    public PriceFrame Frame
    {
        get => field ??= new PriceFrame(new FrameNumber(1, 1), 0, Universe, new FramePrice[Universe.Feeds.Count]);
        set;
    }

    public GridHealth Health { get; set; } = new(GridCondition.Ready, "", 0, 0, 0);

    public SystemFigures? System { get; private set; }

    public IReadOnlyList<FeedQuote> Oracle { get; set; } = [];

    public IGridReads? Reads { get; set; }

    public LiquidationLadder? Ladder { get; set; }

    public MarketReport? Market { get; set; }

    public Func<AccountId, LeverageSnapshot?> Account { get; set; } = _ => null;

    public void Publish(SystemFigures figures)
    {
        System = figures;
        _watchers.Tell(figures);
    }

    public ValueTask<CommandResult> ExecuteAsync(AccountCommand command, CancellationToken cancellation = default) =>
        Execute(command, cancellation);

    public ValueTask<LeverageSnapshot?> AccountAsync(AccountId account, CancellationToken cancellation = default) =>
        ValueTask.FromResult(Account(account));

    public IAsyncEnumerable<SystemFigures> WatchSystemAsync(CancellationToken cancellation = default) =>
        _watchers.WatchAsync(() => System, cancellation);

    public ValueTask<IReadOnlyList<CommandResult>> ExecuteAllAsync(
        IReadOnlyList<AccountCommand> commands, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public ValueTask<PriceAcceptance> PublishAsync(PriceUpdate update, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public ValueTask<PreTradeAnswer> CheckAsync(PreTradeQuestion question, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public ValueTask<IReadOnlyList<Trigger>> TriggersAsync(
        string subscriber, int countMax, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public ValueTask AcknowledgeAsync(string subscriber, long sequence, CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public ValueTask<IMarketCut?> CutAsync(CancellationToken cancellation = default) => Cut(cancellation);

    public ValueTask<string> StateHashAsync(CancellationToken cancellation = default) =>
        throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
