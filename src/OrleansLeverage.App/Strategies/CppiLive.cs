using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using OrleansLeverage.Analytics.Cppi;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Verbs;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine.Strategies;

namespace OrleansLeverage.App.Strategies;

/// <summary>
/// <c>leverage cppi account</c>: an account of a running grid followed look by look: where its floor is, what it should
/// hold, the order that would bring it there. Proposes and sends nothing. The floor is kept in a file, so that a
/// restart after a loss does not begin a lower one.
/// </summary>
internal sealed class CppiLive(TimeProvider time)
{
    private static readonly JsonSerializerOptions Layout = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly Option<string> _url = new("--url")
    {
        Description = "Where leverage serve answers",
        DefaultValueFactory = _ => "http://127.0.0.1:5080/",
    };

    private readonly Option<string?> _key = new("--key")
    {
        Description = "Key to read with, where the grid asks for one; LEVERAGE_KEY in the environment is another way",
    };

    private readonly Option<string> _account = new("--account")
    {
        Description = "The account that is insured", HelpName = "ID", Required = true,
    };

    private readonly Option<string> _instrument = new("--instrument")
    {
        Description = "What it trades: a linear instrument", DefaultValueFactory = _ => "BTC-USD-PERP", HelpName = "ID",
    };

    private readonly Option<int> _every = new("--every")
    {
        Description = "Seconds between looks", DefaultValueFactory = _ => 60,
    };

    private readonly Option<int> _looks = new("--looks")
    {
        Description = "Looks until the end; 0: until Ctrl+C",
    };

    private readonly Option<string?> _state = new("--state")
    {
        Description = "File that keeps the floor; the next run goes on from it", HelpName = "FILE",
    };

    private readonly UniverseOptions _universe = new();

    public void AddTo(Command command)
    {
        _every.AcceptWithin(0, 86_400);
        _looks.AcceptWithin(0, int.MaxValue);
        foreach (var option in (Option[])[_url, _key, _account, _instrument, _every, _looks, _state])
        {
            command.Add(option);
        }
        _universe.AddTo(command);
    }

    public async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CppiPolicy policy, double rate,
        CancellationToken cancellation)
    {
        var (account, instrument, address) = Inputs(parsed);
        var file = parsed.GetValue(_state);
        var (strategy, before) = Resume(policy, account, instrument, file);
        using var grid = new LiveGrid(address, parsed.GetValue(_key)
            ?? Environment.GetEnvironmentVariable("LEVERAGE_KEY"));
        var looks = parsed.GetValue(_looks);
        if (!terminal.IsJson)
        {
            terminal.Output.WriteLine("time,equity,floor,exposure,target,weight,state,order,reason");
        }
        for (var look = 0; looks == 0 || look < looks; look++)
        {
            if (look > 0)
            {
                await Task.Delay(TimeSpan.FromSeconds(parsed.GetValue(_every)), time, cancellation);
            }
            var seen = await grid.AccountAsync(account, instrument, cancellation);
            var years = before is { } last ? Math.Max(0.0, (seen.Time - last).TotalDays / 365.0) : 0.0;
            var said = Look(strategy, account, seen, Math.Exp(rate * years) - 1.0);
            if (said.Look is not null)
            {
                before = seen.Time;
                Keep(file, account, instrument, strategy, seen.Time);
            }
            Tell(terminal, seen, strategy, said);
        }
        return ExitCode.Ok;
    }

    private static CppiAccountLook Look(CppiAccount strategy, AccountId account, LiveAccount seen, double riskless)
    {
        try
        {
            return strategy.Look(account, seen.Equity, seen.NetNotional, seen.Mark, riskless);
        }
        catch (ArgumentException nothing)
        {
            throw new InputException(nothing.Message.Split(" (Parameter")[0]);
        }
    }

    private (AccountId Account, Instrument Instrument, Uri Address) Inputs(ParseResult parsed)
    {
        if (!AccountId.TryParse(parsed.GetValue(_account), out var account))
        {
            throw new InputException($"--account {parsed.GetValue(_account)} is no account id");
        }
        var name = parsed.GetValue(_instrument)!;
        var instrument = _universe.Universe(parsed, time.GetUtcNow()).Instruments
            .FirstOrDefault(known => known.Id.Value == name)
            ?? throw new InputException($"--instrument {name} is not among the instruments");
        return Uri.TryCreate(parsed.GetValue(_url), UriKind.Absolute, out var address)
            && address.Scheme is "http" or "https"
            ? (account, instrument, address)
            : throw new InputException($"--url {parsed.GetValue(_url)} is no http address");
    }

    private static (CppiAccount Strategy, DateTimeOffset? Before) Resume(
        CppiPolicy policy, AccountId account, Instrument instrument, string? file)
    {
        try
        {
            if (file is null || !File.Exists(file))
            {
                return (new CppiAccount(policy, instrument), null);
            }
            var kept = JsonSerializer.Deserialize<KeptState>(File.ReadAllText(file), Layout);
            return kept is { Schema: KeptState.Name, Tracker: { } tracker }
                && kept.Account == account.Value && kept.Instrument == instrument.Id.Value
                ? (new CppiAccount(policy, instrument, tracker), kept.Time)
                : throw new InputException($"{file} keeps the floor of {kept?.Account} on {kept?.Instrument}, "
                    + $"not of {account} on {instrument.Id}");
        }
        catch (JsonException damaged)
        {
            throw new InputException($"{file} keeps no floor: {damaged.Message}");
        }
        catch (ArgumentException unfit)
        {
            throw new InputException(unfit.Message.Split(" (Parameter")[0]);
        }
    }

    private static void Keep(
        string? file, AccountId account, Instrument instrument, CppiAccount strategy, DateTimeOffset time)
    {
        if (file is not null && strategy.State is { } state)
        {
            File.WriteAllText(file + ".partial", JsonSerializer.Serialize(
                new KeptState(KeptState.Name, account.Value, instrument.Id.Value, time, state), Layout));
            File.Move(file + ".partial", file, overwrite: true);
        }
    }

    private static void Tell(Terminal terminal, LiveAccount seen, CppiAccount strategy, CppiAccountLook said)
    {
        var look = said.Look;
        var order = said.Order is { } quantity ? Decimals.Text(quantity.Value) : null;
        if (terminal.IsJson)
        {
            // a line a look: whoever reads it need not wait for the end
            terminal.Output.WriteLine(JsonSerializer.Serialize(new
            {
                time = seen.Time, equity = look?.Value, floor = strategy.Floor, exposure = look?.Exposure,
                target = look?.Target.Exposure, weight = look?.Target.Weight, state = look?.Target.State.ToString(),
                order, reason = said.Reason.ToString(),
            }));
            return;
        }
        string?[] fields =
        [
            seen.Time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture), Text(look?.Value),
            Text(strategy.Floor), Text(look?.Exposure), Text(look?.Target.Exposure), Text(look?.Target.Weight),
            look?.Target.State.ToString(), order, said.Reason.ToString(),
        ];
        terminal.Output.WriteLine(string.Join(',', fields));
    }

    private static string? Text(double? value) => value?.ToString("0.########", CultureInfo.InvariantCulture);

    private sealed record KeptState(
        string Schema, string Account, string Instrument, DateTimeOffset Time, CppiTrackerState? Tracker)
    {
        public const string Name = "leverage-cppi-account/1";
    }
}
