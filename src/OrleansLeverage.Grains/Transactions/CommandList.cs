using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;

namespace OrleansLeverage.Grains.Transactions;

/// <summary>
/// Commands that are carried out in their order, all or none, and what came of them. Several lists may share one
/// transaction: each is decided by itself, on what those before it leave.
/// </summary>
/// <param name="planned">What it is carried out on only; null where that does not matter.</param>
internal sealed class CommandList(AccountCommand[] commands, PlannedMessage? planned, IdClaims claims)
{
    public AccountCommand[] Commands => commands;

    public PlannedMessage? Planned => planned;

    public IdClaims Claims => claims;

    /// <summary>One answer per command; none while nothing is known.</summary>
    public CommandResult[] Results { get; set; } = [];

    public bool IsAnswered => Results.Length > 0;

    public bool IsApplied => IsAnswered && Results[0].IsApplied;

    public void Answer(CommandStatus status, PriceFrame frame, string? detail = null) =>
        Results = [.. commands.Select(c => new CommandResult(c.Id, status, 0L, frame.Number, Detail: detail))];
}
