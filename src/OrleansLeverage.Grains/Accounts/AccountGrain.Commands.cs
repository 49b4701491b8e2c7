using OrleansLeverage.Contracts;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Codec;
using OrleansLeverage.Engine.Core;
using OrleansLeverage.Engine.State;
using OrleansLeverage.Grains.Transactions;

namespace OrleansLeverage.Grains.Accounts;

/// <summary>Commands of this account alone.</summary>
public sealed partial class AccountGrain
{
    public async Task<AnswerMessage> ExecuteAsync(CommandMessage command) =>
        (await RunAsync([Mine(command)], all: false))[0];

    public Task<AnswerMessage[]> ExecuteAllAsync(CommandMessage[] commands) =>
        RunAsync([.. commands.Select(Mine)], all: true);

    private SingleAccountCommand Mine(CommandMessage message) =>
        message.ToCommand() is SingleAccountCommand command && command.Account == Id ? command
            : throw new ArgumentException($"a command of kind {message.Kind} for '{message.Account}' at {Id}");

    private async Task<AnswerMessage[]> RunAsync(SingleAccountCommand[] commands, bool all)
    {
        var claims = await IdClaims.MakeAsync(GrainFactory, commands);
        if (!await ReadyAsync(mayOpen: commands[0] is Deposit or ImportAccount))
        {
            return Refused(commands, CommandStatus.StorageUnavailable, claims, all);
        }
        var results = all ? DecideAll(commands, claims) : [Decide(commands[0], claims.Reused(0))];
        claims.Settle(results[0], isList: all);
        var answers = results.Select(r => r.ToMessage()).ToArray();
        // a repeat of what is not durable yet waits for it like the first
        if (_changes > 0 || Writer.IsBusy)
        {
            try
            {
                await Writer.WriteAsync();
            }
            catch (StoreUnavailableException)
            {
                // what repeats a command whose write has failed is as unknown as that one
                var repeats = Array.Exists(results, r => r.Original is not null);
                return Refused(commands,
                    repeats ? CommandStatus.OutcomeUnknown : CommandStatus.StorageUnavailable, claims, all);
            }
            catch (Exception)
            {
                return Refused(commands, CommandStatus.OutcomeUnknown, claims, all);
            }
        }
        Rest();
        return answers;
    }

    private AnswerMessage[] Refused(SingleAccountCommand[] commands, CommandStatus status, IdClaims claims, bool all)
    {
        var answers = commands.Select(c => new CommandResult(c.Id, status, 0L, Grid.Frame.Number)).ToArray();
        claims.Settle(answers[0], isList: all);
        return [.. answers.Select(a => a.ToMessage())];
    }

    /// <summary>The first refusal takes all back: the book is read again, or was never touched.</summary>
    private CommandResult[] DecideAll(SingleAccountCommand[] commands, IdClaims claims)
    {
        var book = Book;
        var (changes, records, body) = (_changes, _applied?.Count ?? 0, book.Write(AccountServices.Sink));
        var results = new CommandResult[commands.Length];
        for (var i = 0; i < commands.Length; i++)
        {
            results[i] = Decide(commands[i], claims.Reused(i));
            if (!results[i].IsApplied)
            {
                _book = AccountBook.Read(Id, body, _services.Universe, _services.Options.WindowCapacity,
                    _services.NowMs);
                _changes = changes;
                _applied?.RemoveRange(records, _applied.Count - records);
                return [.. commands.Select(c => results[i] with { Id = c.Id })];
            }
        }
        return results;
    }

    private CommandResult Decide(SingleAccountCommand command, RememberedCommand? reused)
    {
        var (book, frame, nowMs) = (Book, Grid.Frame, _services.NowMs);
        var digest = AccountServices.Digest(command);
        if (command.Id.IsReserved)
        {
            return new CommandResult(command.Id, CommandStatus.ReservedId, 0L, frame.Number);
        }
        if (book.Window.TryGet(command.Id, out var remembered))
        {
            return remembered.Answer(command, digest, frame.Number);
        }
        if (reused is { } elsewhere)
        {
            return elsewhere.Answer(command, digest, frame.Number);
        }
        if (book.Window.IsTooOld(command.Id))
        {
            return new CommandResult(command.Id, CommandStatus.IdTooOld, 0L, frame.Number);
        }
        if (book.Window.HasNoRoomFor(command.Id, nowMs))
        {
            return new CommandResult(command.Id, CommandStatus.Overloaded, 0L, frame.Number,
                Detail: "too many ids are dated in the future");
        }
        var changes = new List<AccountChange>(1);
        var house = new List<HouseEntry>(4);
        var (status, detail) = CommandDecision.Of(command, _ => book.Account, frame, changes, house);
        if (status == CommandStatus.Applied)
        {
            var sequence = book.Applied + 1;
            var record = new AppliedRecord(command.Id, digest, sequence, frame.Number, changes, house);
            book.Book(counts: true, record, nowMs);
            (_applied ??= []).Add(record);
            Changed();
            return new CommandResult(command.Id, status, sequence, frame.Number);
        }
        if (status.IsRecorded())
        {
            book.Refused++;
            book.Window.Add(command.Id, new RememberedCommand(digest, status, book.Applied), nowMs);
            Changed();
        }
        return new CommandResult(command.Id, status, 0L, frame.Number, Detail: detail);
    }

    /// <summary>
    /// Waits until no transaction keeps the account, and where it may be opened, until it is on the roster. False where
    /// that does not come about; nothing has happened then.
    /// </summary>
    private async Task<bool> ReadyAsync(bool mayOpen)
    {
        while (true)
        {
            if (Writer.Failure is not null || !await FreeAsync())
            {
                return false;
            }
            if (_isListed || !mayOpen || Book.Account is not null)
            {
                return true;
            }
            _isOpening = true;
            try
            {
                await GrainFactory.Roster(Id.Value).EnlistAsync(Id.Value);
                _isListed = true;
            }
            catch (Exception)
            {
                return false;
            }
            finally
            {
                _isOpening = false;
            }
        }
    }
}
