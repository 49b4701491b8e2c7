using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Web.Api.Reading;
using OrleansLeverage.Web.Edge;
using OrleansLeverage.Web.Json;
using OrleansLeverage.Web.OpenApi;
using OrleansLeverage.Web.Security;

namespace OrleansLeverage.Web.Api.Triggers;

/// <summary>
/// Triggers for a durable subscriber: read until acknowledged, at least once, in order. The first reading subscribes,
/// and what a subscriber leaves unread is kept for ever: so it takes more than the right to read.
/// </summary>
internal sealed class TriggerEndpoints(ILeverageGrid grid)
{
    private const int LengthMax = 64;

    private const string NamePattern = "^[!-~]{1,64}$";
    private const string NameExample = "liquidator";

    private static readonly IReadOnlyList<QueryParameter> Parameters =
    [
        Subscriber("Who reads: the name subscribes from the first reading on"), ReadParameters.Limit,
        ReadParameters.Format,
    ];

    /// <summary>The subscriber that a query must name.</summary>
    public static QueryParameter Subscriber(string what) =>
        new NameParameter("subscriber", what, IsName, NameExample, "bad_subscriber")
        {
            Pattern = NamePattern, IsRequired = true,
        };

    public static void Map(IEndpointRouteBuilder app, string prefix)
    {
        var services = app.ServiceProvider;
        var limits = services.GetRequiredService<GridServerOptions>().Limits;
        var own = new TriggerEndpoints(services.GetRequiredService<ILeverageGrid>());
        app.MapRead(prefix + "/triggers", Parameters, Supported.Only(own.GetAsync)).RequireScope(Scope.Operate)
            .Describe("triggers", "What a subscriber has not acknowledged, oldest first", typeof(TriggersView));
        app.MapJson(prefix + "/triggers/ack", new RequestReader<Acknowledgement>(AcknowledgementShape(), null,
            perItem: false, limits), Supported.Only<Acknowledgement>(own.PostAckAsync)).RequireScope(Scope.Operate)
            .Describe("acknowledgeTriggers", "Everything up to a sequence is dealt with", typeof(AcknowledgedView));
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= LengthMax && !name.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <summary>What is pending, or why it cannot be read.</summary>
    public static async Task<(IReadOnlyList<Trigger> Triggers, Refusal? Refusal)> PendingAsync(
        ILeverageGrid grid, string subscriber, int countMax, CancellationToken cancellation)
    {
        try
        {
            return (await grid.TriggersAsync(subscriber, countMax, cancellation), null);
        }
        catch (InvalidOperationException full) when (full is not ObjectDisposedException)
        {
            return ([], Refusal.Of("too_many_subscribers"));
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException)
        {
            return ([], Refusal.Of("retry"));
        }
    }

    private async Task<Answer> GetAsync(HttpContext context, ReadQuery query)
    {
        var subscriber = query.Text("subscriber")!;
        var (triggers, refused) = await PendingAsync(grid, subscriber, query.Limit, context.RequestAborted);
        if (refused is not null)
        {
            return refused;
        }
        var frame = grid.Frame;
        var items = triggers.Select(PendingTrigger.Of).ToArray();
        return query.Format() is not ListFormat.Json and var format
            ? Answer.Of(items, format) with { Headers = FrameHeaders.Of(frame) }
            : Answer.Of(new TriggersView(SnapshotJson.AsOf(frame.Number, frame.TimeMs), frame.Number.Sequence,
                MarketFreshness.Of(frame), subscriber, items, null));
    }

    private async Task<Answer> PostAckAsync(HttpContext context, RequestReading<Acknowledgement> reading)
    {
        var (subscriber, sequence) = reading.Items[0].Value!;
        try
        {
            await grid.AcknowledgeAsync(subscriber, sequence);
        }
        catch (Exception broken) when (broken is IOException or ObjectDisposedException)
        {
            return Refusal.Of("retry");
        }
        var frame = grid.Frame;
        return Answer.Of(new AcknowledgedView(CommandStatus.Applied.Code(),
            SnapshotJson.AsOf(frame.Number, frame.TimeMs), frame.Number.Sequence, MarketFreshness.Of(frame),
            subscriber, sequence));
    }

    private static Shape<Acknowledgement> AcknowledgementShape()
    {
        var subscriber = new TextField("subscriber", "Who has read", Stage.Value,
            name => IsName(name) ? null : "bad_subscriber")
        {
            Pattern = NamePattern,
            Example = NameExample,
        };
        var sequence = new IntegerField("sequence", "Up to and including this; never backwards",
            value => value < 0 ? "bad_integer" : null) { Example = 42 };
        return new Shape<Acknowledgement>("Acknowledgement",
            row => new Acknowledgement(subscriber.Of(row)!, sequence.Of(row)), subscriber, sequence);
    }
}

internal sealed record Acknowledgement(string Subscriber, long Sequence);

/// <summary>What a subscriber has not acknowledged; the next page comes once this one is.</summary>
internal sealed record TriggersView(
    AsOfJson AsOf, long Seq, MarketFreshness Freshness, string Subscriber, IReadOnlyList<PendingTrigger> Items,
    string? NextCursor);

/// <param name="Sequence">Everything up to it is dealt with.</param>
internal sealed record AcknowledgedView(
    string Code, AsOfJson AsOf, long Seq, MarketFreshness Freshness, string Subscriber, long Sequence);

/// <summary>An account crossed a line, confirmed exactly at its frame. Amounts in USD.</summary>
/// <param name="Seq">Of the trigger: what is acknowledged.</param>
/// <param name="AccountSeq">Commands applied to the account by then.</param>
internal sealed record PendingTrigger(
    long Seq, string Account, string Kind, string Tier, string Frame, long Timestamp, string Datetime, long AccountSeq,
    string Equity, string MarginBalance, string MaintenanceMargin, string Notional)
{
    public static PendingTrigger Of(Trigger trigger) => new(trigger.Sequence, trigger.Account.Value,
        SnapshotJson.Word(trigger.Kind), SnapshotJson.Word(trigger.Tier), trigger.Frame.ToString(),
        trigger.FrameTimeMs, SnapshotJson.Datetime(trigger.FrameTimeMs), trigger.AccountSequence,
        Decimals.Text(trigger.Equity), Decimals.Text(trigger.MarginBalance),
        Decimals.Text(trigger.MaintenanceMargin), Decimals.Text(trigger.GrossNotional));
}
