using System.CommandLine;
using OrleansLeverage.App.Calc;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Verbs;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Deleveraging;
using OrleansLeverage.Engine.Deleveraging;
using OrleansLeverage.Engine.Embedded;

namespace OrleansLeverage.App.Adl;

/// <summary>Accounts at one frame, from a file of accounts or from a journal that nobody serves from.</summary>
internal sealed class AdlSource
{
    private readonly Option<string?> _in = new("--in")
    {
        Description = "JSON file with prices and accounts, as calc reads it; - reads the standard input",
        HelpName = "FILE|-",
    };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "Folder of a journal that is not being served; its accounts at its last frame",
        HelpName = "DIR",
    };

    private readonly Option<string> _instrument = new("--instrument")
    {
        Description = "The market",
        HelpName = "SYMBOL",
        Required = true,
    };

    private readonly Option<DeleveragingPolicy> _policy = new("--policy")
    {
        Description = "How contracts are taken from the other side",
    };

    private readonly Option<DeleveragingScore> _score = new("--score")
    {
        Description = "How the queue is ranked",
    };

    private readonly Option<bool> _hedgeAware = new("--hedge-aware")
    {
        Description = "Spare what an account's other positions hedge",
    };

    private readonly Option<decimal> _profitShareMax = new("--profit-share-max")
    {
        Description = "Largest share of its profit that an account forgoes under CappedProRata",
        DefaultValueFactory = _ => 1m,
    };

    private readonly UniverseOptions _universe = new();

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _in, _data, _instrument, _policy, _score, _hedgeAware, _profitShareMax })
        {
            command.Add(option);
        }
        _universe.AddTo(command);
        command.Validators.Add(result =>
        {
            if ((result.GetValue(_in) is null) == (result.GetValue(_data) is null))
            {
                result.AddError("name --in or --data, one of them");
            }
        });
    }

    public DeleveragingRule Rule(ParseResult parsed)
    {
        var rule = new DeleveragingRule
        {
            Policy = parsed.GetValue(_policy), Score = parsed.GetValue(_score),
            IsHedgeAware = parsed.GetValue(_hedgeAware), ProfitShareMax = parsed.GetValue(_profitShareMax),
        };
        try
        {
            rule.Check();
            return rule;
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw new InputException(exception.Message);
        }
    }

    public async Task<AdlMarket> ReadAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var (frame, accounts, insurance) = parsed.GetValue(_data) is { } folder
            ? FromJournal(folder, _universe.Universe(parsed, TimeProvider.System.GetUtcNow()))
            : await FromFileAsync(parsed.GetValue(_in)!, cancellation);
        var symbol = parsed.GetRequiredValue(_instrument);
        var instrument = InstrumentId.IsValid(symbol) ? frame.Universe.Instrument(new InstrumentId(symbol)) : null;
        return instrument is not null
            ? new AdlMarket(instrument, frame, accounts, insurance.GetValueOrDefault(instrument.Settlement.Id)
                * (frame.UsdPrice(instrument.Settlement) ?? 0m))
            : throw new InputException($"--instrument {symbol} is none of {string.Join(", ",
                frame.Universe.Instruments)}");
    }

    private static (PriceFrame, IReadOnlyList<Account>, IReadOnlyDictionary<AssetId, decimal>) FromJournal(
        string folder, Universe universe)
    {
        var book = ArchiveBook.Read(folder, universe);
        return (book.Frame ?? throw new InputException($"the journal in {folder} has no frame yet"), book.Accounts,
            book.Insurance);
    }

    private static async Task<(PriceFrame, IReadOnlyList<Account>, IReadOnlyDictionary<AssetId,
        decimal>)> FromFileAsync(
        string name, CancellationToken cancellation)
    {
        var text = name == "-"
            ? await CalcFile.ReadTextAsync("the standard input", Console.In, cancellation)
            : await CalcFile.ReadTextAsync(name, cancellation);
        var file = CalcFile.Parse(text, name == "-" ? "the standard input" : Path.GetFileName(name),
            TimeProvider.System);
        return (file.Frame, file.Accounts, new Dictionary<AssetId, decimal>());
    }
}

/// <summary>One market's holders at a frame; plans are made as of the frame's own time.</summary>
internal sealed record AdlMarket(Instrument Instrument, PriceFrame Frame, IReadOnlyList<Account> Accounts,
    decimal FundUsd)
{
    public CandidateBook Book() => CandidateBook.Of(
        Accounts.Select(a => HolderView.Of(a, Instrument, Frame)).OfType<HolderView>(), Instrument, Frame);

    public DeleveragingPlan Plan(DeleveragingOrder order)
    {
        var byId = Accounts.ToDictionary(a => a.Id);
        return new PlanMaker(Book(), byId.GetValueOrDefault, FundUsd, new DeleveragingLimits(), Frame.TimeMs)
            .Make(order);
    }
}
