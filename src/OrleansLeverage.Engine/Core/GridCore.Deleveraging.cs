using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Deleveraging.Saga;

namespace OrleansLeverage.Engine.Core;

/// <summary>Plans of deleveraging: their events, and their legs as fills whose books are proven before they count.
/// </summary>
internal sealed partial class GridCore
{
    /// <summary>Keeps an event of a plan. Alone in its batch: the plan is as the journal says.</summary>
    /// <exception cref="InvalidOperationException">It does not follow from what came before.</exception>
    public void Record(SagaEvent happened)
    {
        if (!State.Deleveraging.Follows(happened))
        {
            throw new InvalidOperationException($"plan {happened.Plan}: {happened.GetType().Name} does not follow");
        }
        Add(new DeleveragingRecord(happened));
    }

    /// <summary>
    /// A fill whose two sides, with what the house took of them, change nothing: neither contracts nor money.
    /// </summary>
    /// <exception cref="InvalidOperationException">Something was made or lost: nothing of the batch is
    /// kept.</exception>
    public CommandResult ExecuteLeg(ApplyFill fill)
    {
        var before = LegConservation.Books(fill, _find, _frame);
        var result = Execute(fill);
        if (result.Status == CommandStatus.Applied)
        {
            LegConservation.Check(fill, before, LegConservation.Books(fill, _find, _frame),
                ((AppliedRecord)Pending.Records[^1]).House.Sum(entry => entry.Delta));
        }
        return result;
    }

    /// <summary>
    /// Settles that a fill which may have been sent, and did not happen, never will: its id is refused from here on.
    /// </summary>
    public void Fence(ApplyFill fill)
    {
        if (!Pending.TryGet(fill.Id, out _) && !State.Window.TryGet(fill.Id, out _))
        {
            RecordFrame(_frame);
            Add(new RefusedRecord(fill.Id, _commands.Digest(fill), CommandStatus.OracleStale, _frame.Number));
        }
    }
}
