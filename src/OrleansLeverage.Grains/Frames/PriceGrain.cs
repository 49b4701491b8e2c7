using Microsoft.Extensions.Logging;
using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Core;
using OrleansLeverage.Grains.Accounts;
using OrleansLeverage.Grains.Storage;
using OrleansLeverage.Market.Oracle;

namespace OrleansLeverage.Grains.Frames;

/// <summary>
/// The oracle of one feed. Its last good price is kept, at most every five seconds: after a restart it is shown with
/// its age and decides nothing until sources have proved themselves again.
/// </summary>
[KeepAlive]
[GrainType("price")]
public sealed partial class PriceGrain : Grain, IPriceGrain
{
    private const byte Version = 1;
    private const long KeepEveryMs = 5_000;

    private readonly IPersistentState<StoredState> _state;
    private readonly AccountServices _services;
    private PriceOracle _oracle = null!;
    private Feed _feed = null!;
    private (Price Price, long TimeMs)? _kept;
    private long _keptAtMs;

    // false where the last write has failed
    private bool _isKept;
    private Task _keeping = Task.CompletedTask;

    public PriceGrain([PersistentState("price", GridStorage.Name)] IPersistentState<StoredState> state,
        AccountServices services)
    {
        _state = state;
        _services = services;
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var id = new FeedId(this.GetPrimaryKeyString());
        _feed = _services.Universe.Feed(id)
            ?? throw new ArgumentException($"the universe has no feed {id}");
        Read(_state.State.Body);
        _oracle = new PriceOracle([OracleSetup.Profile(_feed, _services.Options.Oracle)], _keptAtMs);
        return Task.CompletedTask;
    }

    public Task<int> PublishAsync(PriceMessage update) =>
        Task.FromResult((int)_oracle.Apply(update.ToUpdate(), _services.NowMs));

    public Task<QuoteMessage> EpochAsync(long nowMs)
    {
        _oracle.Epoch(nowMs);
        var quote = _oracle.Quote(_feed.Id, nowMs)!.Value;
        if (quote.Price is { } price && _keeping.IsCompleted
            && (_kept is not { } kept || ((kept.Price != price || !_isKept) && nowMs - _keptAtMs >= KeepEveryMs)))
        {
            _keeping = KeepAsync(price, quote.TimeMs, nowMs);
        }
        if (quote.Price is null && _kept is { } last)
        {
            quote = quote with { Price = last.Price, State = PriceState.Stale, TimeMs = last.TimeMs,
                AgeMs = Math.Max(0, nowMs - last.TimeMs) };
        }
        return Task.FromResult(quote.ToMessage());
    }

    public Task<FeedSourcesMessage> SourcesAsync() =>
        Task.FromResult(_oracle.Sources(_services.NowMs).First().ToMessage());

    private async Task KeepAsync(Price price, long timeMs, long nowMs)
    {
        (_kept, _keptAtMs) = ((price, timeMs), nowMs);
        var sink = AccountServices.Sink;
        sink.Clear();
        sink.Byte(Version);
        sink.Decimal(price.Value);
        sink.Signed(timeMs);
        sink.Signed(nowMs);
        _state.State.Body = sink.ToArray();
        try
        {
            _isKept = false;
            await _state.WriteStateAsync();
            _isKept = true;
        }
        catch (Exception exception)
        {
            // the price in force is not lost by this; a newer one is tried later
            LogNotKept(_services.Logger, _feed.Id, exception.Message);
            if (exception is Orleans.Storage.InconsistentStateException)
            {
                DeactivateOnIdle();
            }
        }
    }

    private void Read(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            return;
        }
        var source = new ByteSource(body);
        BodyCodec.Version(ref source, Version, $"the price of {this.GetPrimaryKeyString()}");
        _kept = (new Price(source.Decimal()), source.Signed());
        _keptAtMs = source.Signed();
        _isKept = true;
        source.End();
    }

    [LoggerMessage(LogLevel.Warning, "the price of {Feed} was not kept: {Message}")]
    private static partial void LogNotKept(ILogger logger, FeedId feed, string message);
}
