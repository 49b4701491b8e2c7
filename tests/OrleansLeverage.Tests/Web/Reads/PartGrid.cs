using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Kernel;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Tests.Web.Reads;

/// <summary>Another grid's answers as a cluster would give them that has more accounts than it looked at.</summary>
internal sealed class PartGrid(ILeverageGrid whole) : ILeverageGrid, IGridReads
{
    /// <summary>By the roster; null where nobody has counted.</summary>
    public long? Listed { get; set; }

    public IReadOnlyList<string> Missing { get; set; } = [];

    /// <summary>Of the market's sums.</summary>
    public double? Coverage { get; set; }

    /// <summary>The oldest part is of the first frame.</summary>
    private ReadScope Scope => new(Listed, new FrameNumber(1, 1), Missing);

    public Universe Universe => whole.Universe;

    public PriceFrame Frame => whole.Frame;

    public GridHealth Health => whole.Health;

    public IReadOnlyList<FeedQuote> Oracle => whole.Oracle;

    public MarketReport? Market => whole.Market;

    public SystemFigures? System =>
        whole.System is { } figures ? figures with
        {
            Scope = Scope, Coverage = Coverage,
            // of five accounts, of which one is unknown
            Sensitivities = new MarketSensitivities(figures.Frame, figures.FrameTimeMs, 0.2, 0, 0, [])
            {
                Accounts = 5, Unknown = 1, Scope = Scope,
            },
        } : null;

    public LiquidationLadder? Ladder => whole.Ladder?.Of(Listed, Missing);

    public IGridReads Reads => this;

    public IReadOnlyList<FeedSources> Sources => whole.Reads!.Sources;

    public async ValueTask<AccountListing?> ListAsync(AccountQuery query, CancellationToken cancellation = default) =>
        await whole.Reads!.ListAsync(query, cancellation) is { } listing ? listing with { Scope = Scope } : null;

    public async ValueTask<MarketCensus?> CensusAsync(CancellationToken cancellation = default) =>
        await whole.Reads!.CensusAsync(cancellation) is { } census ? census with { Scope = Scope } : null;

    public ValueTask<AccountOrders?> OrdersAsync(AccountId account, CancellationToken cancellation = default) =>
        whole.Reads!.OrdersAsync(account, cancellation);

    public ValueTask<AccountHistory?> HistoryAsync(AccountId account, HistoryPlace? place, int countMax,
        CancellationToken cancellation = default) =>
        whole.Reads!.HistoryAsync(account, place, countMax, cancellation);

    public IReadOnlyList<Trigger> TriggersAfter(long sequence, int countMax) =>
        whole.Reads!.TriggersAfter(sequence, countMax);

    public ValueTask<MarketGreeks?> GreeksAsync(CancellationToken cancellation = default) =>
        whole.Reads!.GreeksAsync(cancellation);

    public ValueTask<CommandResult> ExecuteAsync(AccountCommand command, CancellationToken cancellation = default) =>
        whole.ExecuteAsync(command, cancellation);

    public ValueTask<IReadOnlyList<CommandResult>> ExecuteAllAsync(IReadOnlyList<AccountCommand> commands,
        CancellationToken cancellation = default) => whole.ExecuteAllAsync(commands, cancellation);

    public ValueTask<PriceAcceptance> PublishAsync(PriceUpdate update, CancellationToken cancellation = default) =>
        whole.PublishAsync(update, cancellation);

    public ValueTask<LeverageSnapshot?> AccountAsync(AccountId account, CancellationToken cancellation = default) =>
        whole.AccountAsync(account, cancellation);

    public ValueTask<PreTradeAnswer> CheckAsync(PreTradeQuestion question, CancellationToken cancellation = default) =>
        whole.CheckAsync(question, cancellation);

    public IAsyncEnumerable<SystemFigures> WatchSystemAsync(CancellationToken cancellation = default) =>
        whole.WatchSystemAsync(cancellation);

    public ValueTask<IReadOnlyList<Trigger>> TriggersAsync(string subscriber, int countMax,
        CancellationToken cancellation = default) => whole.TriggersAsync(subscriber, countMax, cancellation);

    public ValueTask AcknowledgeAsync(string subscriber, long sequence, CancellationToken cancellation = default) =>
        whole.AcknowledgeAsync(subscriber, sequence, cancellation);

    public ValueTask<string> StateHashAsync(CancellationToken cancellation = default) =>
        whole.StateHashAsync(cancellation);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
