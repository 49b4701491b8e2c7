using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Deleveraging;

namespace OrleansLeverage.Web.Api.Deleveraging;

/// <summary>
/// The condition of every market, looked at once for all who ask: at most once a second and at most a tenth of the
/// time, however many ask, because a look reads every account that is past its line. What an operator does here makes
/// the next look fresh.
/// </summary>
internal sealed class DeleveragingBoard(ILeverageGrid grid, GridServerOptions options) : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    /// <summary>Rest per time that a look took.</summary>
    private const double RestPerWork = 9.0;

    private readonly SemaphoreSlim _one = new(1, 1);
    private volatile Look? _look;
    private int _version;

    /// <summary>
    /// Markets in which something is owed between accounts: of spot nothing is. Of option series, of which there are
    /// hundreds, each is asked about by its name.
    /// </summary>
    public IReadOnlyList<InstrumentId> Markets => [.. grid.Universe.Instruments
        .Where(i => i.Kind is not (InstrumentKind.Spot or InstrumentKind.Option)).Select(i => i.Id)];

    public async Task<IReadOnlyList<DeleveragingCondition>> ConditionsAsync(CancellationToken cancellation)
    {
        if (_look is { } known && !IsDue(known))
        {
            return known.Conditions;
        }
        await _one.WaitAsync(cancellation);
        try
        {
            if (_look is { } made && !IsDue(made))
            {
                return made.Conditions;
            }
            var (began, version) = (options.Clock.GetTimestamp(), Volatile.Read(ref _version));
            var conditions = await grid.Deleveraging.ConditionsAsync(Markets, cancellation);
            // what was done meanwhile may not be in it
            _look = version == Volatile.Read(ref _version)
                ? new Look(conditions, began, options.Clock.GetElapsedTime(began))
                : null;
            return conditions;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Forget()
    {
        Interlocked.Increment(ref _version);
        _look = null;
    }

    public void Dispose() => _one.Dispose();

    private bool IsDue(Look look)
    {
        var rest = look.Took * RestPerWork;
        return options.Clock.GetElapsedTime(look.Began) >= (rest > Pace ? rest : Pace) + look.Took;
    }

    private sealed record Look(IReadOnlyList<DeleveragingCondition> Conditions, long Began, TimeSpan Took);
}
