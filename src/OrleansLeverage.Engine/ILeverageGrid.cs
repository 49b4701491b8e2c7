using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Kernel;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Engine;

/// <summary>
/// The grid, whoever hosts it: commands in, prices in, leverage out. Commands are idempotent by their id and
/// acknowledged only when durable; every figure names its frame. Implementations are safe to call from any thread.
/// </summary>
public interface ILeverageGrid : IAsyncDisposable
{
    /// <summary>What can be priced and held now, and the rules in force.</summary>
    Universe Universe { get; }

    /// <summary>Prices of the newest frame.</summary>
    PriceFrame Frame { get; }

    GridHealth Health { get; }

    /// <summary>Applies a command, or says why not. Returns when the outcome is durable.</summary>
    ValueTask<CommandResult> ExecuteAsync(AccountCommand command, CancellationToken cancellation = default);

    /// <summary>
    /// Applies all of the commands, in order, or none. The first refusal decides, the others answer with it, and
    /// nothing is remembered. An id that was applied before, or earlier in the list, answers as a duplicate and holds
    /// nothing up.
    /// </summary>
    ValueTask<IReadOnlyList<CommandResult>> ExecuteAllAsync(IReadOnlyList<AccountCommand> commands,
        CancellationToken cancellation = default);

    /// <summary>Judges one price; what is accepted is in the next frame.</summary>
    ValueTask<PriceAcceptance> PublishAsync(PriceUpdate update, CancellationToken cancellation = default);

    /// <summary>An account's leverage at the newest frame; null where there is no such account.</summary>
    ValueTask<LeverageSnapshot?> AccountAsync(AccountId account, CancellationToken cancellation = default);

    /// <summary>May this order open? Nothing is reserved.</summary>
    ValueTask<PreTradeAnswer> CheckAsync(PreTradeQuestion question, CancellationToken cancellation = default);

    /// <summary>
    /// What would become of an account at the newest frame; null where there is no such account. Nothing is kept.
    /// </summary>
    ValueTask<WhatIfAnswer?> WhatIfAsync(WhatIfQuestion question, CancellationToken cancellation = default) =>
        throw new NotSupportedException("this engine answers no what-if");

    /// <summary>
    /// Every account as it is committed now, at the newest frame: for jobs and exports. Null from an engine that has
    /// not all accounts in one place.
    /// </summary>
    ValueTask<IMarketCut?> CutAsync(CancellationToken cancellation = default) =>
        ValueTask.FromResult<IMarketCut?>(null);

    /// <summary>The whole market at the newest swept frame; null before the first.</summary>
    SystemFigures? System { get; }

    /// <summary>
    /// The figures now, then every newer ones; a slow reader misses intermediate ones, never the newest.
    /// </summary>
    IAsyncEnumerable<SystemFigures> WatchSystemAsync(CancellationToken cancellation = default);

    /// <summary>
    /// Who is liquidated at which price, by feed, from each account's own solution; a new one about every second. Null
    /// before the first, and from an engine that makes none.
    /// </summary>
    LiquidationLadder? Ladder => null;

    /// <summary>
    /// How the market is built, made now and then beside the sweeps; null before the first, and from an engine that
    /// makes none.
    /// </summary>
    MarketReport? Market => null;

    /// <summary>
    /// What people look up beside the figures: accounts in an order, histories, sources. Null from an engine that keeps
    /// nothing of the kind.
    /// </summary>
    IGridReads? Reads => null;

    /// <summary>How the engine itself works; null from one that does not tell.</summary>
    GridTelemetry? Telemetry => null;

    /// <summary>State of every feed.</summary>
    IReadOnlyList<FeedQuote> Oracle { get; }

    /// <summary>
    /// Triggers that a durable subscriber has not acknowledged, oldest first. The first call subscribes it from now on.
    /// </summary>
    ValueTask<IReadOnlyList<Trigger>> TriggersAsync(string subscriber, int countMax,
        CancellationToken cancellation = default);

    /// <summary>
    /// The subscriber has dealt with everything up to and including <paramref name="sequence"/>. Means nothing from one
    /// that never asked for triggers.
    /// </summary>
    ValueTask AcknowledgeAsync(string subscriber, long sequence, CancellationToken cancellation = default);

    /// <summary>
    /// Deleveraging of this grid's markets. An engine that has none says so when it is asked for.
    /// </summary>
    IDeleveraging Deleveraging => throw new NotSupportedException("this engine does not deleverage");

    /// <summary>
    /// SHA-256 over all durable state, in a fixed order; equal states have equal hashes on any engine.
    /// </summary>
    ValueTask<string> StateHashAsync(CancellationToken cancellation = default);
}
