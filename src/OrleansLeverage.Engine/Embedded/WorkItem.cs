using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Core;

namespace OrleansLeverage.Engine.Embedded;

/// <summary>
/// Something for the writer thread: decided with others into one batch, then told the outcome once the batch is
/// durable, or that it is not.
/// </summary>
internal abstract class WorkItem
{
    /// <summary>
    /// True where it must have a batch to itself, so that the state is exactly what the journal says.
    /// </summary>
    public virtual bool IsAlone => false;

    /// <summary>Commands it counts for.</summary>
    public virtual int Weight => 1;

    /// <summary>When it was queued, as a timestamp of the writer's clock.</summary>
    public long PostedAt { get; set; }

    /// <summary>Decides into the core's pending batch. An exception fails this item alone.</summary>
    public abstract void Decide(GridCore core);

    /// <summary>The batch is durable.</summary>
    public abstract void Complete();

    /// <summary>The batch is not durable, or it is not known whether it is.</summary>
    public abstract void Fail(CommandStatus status);

    public abstract void Fault(Exception exception);
}

internal sealed class CommandItem(AccountCommand command) : WorkItem
{
    private readonly TaskCompletionSource<CommandResult> _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CommandResult? _result;

    public Task<CommandResult> Task => _completion.Task;

    public override void Decide(GridCore core) => _result = core.Execute(command);

    public override void Complete() => _completion.TrySetResult(_result!);

    public override void Fail(CommandStatus status) =>
        _completion.TrySetResult(new CommandResult(command.Id, status, 0L, _result?.Frame ?? default));

    public override void Fault(Exception exception) => _completion.TrySetException(exception);
}

internal sealed class CommandListItem(IReadOnlyList<AccountCommand> commands) : WorkItem
{
    private readonly TaskCompletionSource<IReadOnlyList<CommandResult>> _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IReadOnlyList<CommandResult>? _results;

    public Task<IReadOnlyList<CommandResult>> Task => _completion.Task;

    public override int Weight => Math.Max(1, commands.Count);

    public override void Decide(GridCore core) => _results = core.ExecuteAll(commands);

    public override void Complete() => _completion.TrySetResult(_results!);

    public override void Fail(CommandStatus status) =>
        _completion.TrySetResult(commands.Select(c => new CommandResult(c.Id, status, 0L, default)).ToArray());

    public override void Fault(Exception exception) => _completion.TrySetException(exception);
}

/// <summary>Anything else that must run between commits: acknowledgements, hashes, snapshots.</summary>
internal sealed class ActionItem<T>(Func<GridCore, T> action, bool alone = false) : WorkItem
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    public override bool IsAlone => alone;

    public Task<T> Task => _completion.Task;

    public override void Decide(GridCore core) => _result = action(core);

    public override void Complete() => _completion.TrySetResult(_result!);

    public override void Fail(CommandStatus status) =>
        _completion.TrySetException(new IOException($"not durable: {status.Code()}"));

    public override void Fault(Exception exception) => _completion.TrySetException(exception);
}
