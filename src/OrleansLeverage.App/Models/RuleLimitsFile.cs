using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansLeverage.Analytics.Limits;
using OrleansLeverage.App.Output;
using OrleansLeverage.App.Verbs;
using OrleansLeverage.Domain;

namespace OrleansLeverage.App.Models;

/// <summary>
/// A limit as rules that a grid holds orders, trades and withdrawals to: a rule file, the next version of another one,
/// in force from the day that the limit is for. Other limits of the base stay as they are.
/// </summary>
internal sealed class RuleLimitsFile
{
    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true };

    private readonly Option<string?> _out = new("--rules-out")
    {
        Description = "Write the limit of one --policy as a rule file for a folder that serve takes with --rules",
        HelpName = "FILE",
    };

    private readonly Option<string?> _base = new("--rules")
    {
        Description = "With --rules-out: the rule file that it is the next version of; the shipped one where left out",
        HelpName = "FILE",
    };

    private readonly Option<double?> _account = Numbers.Optional("--account-cap",
        "With --rules-out: largest leverage of a whole account");

    private readonly Option<bool> _stop = new("--kill-switch")
    {
        Description = "With --rules-out: nothing that adds risk is opened by anybody",
    };

    private readonly Option<bool> _reduceOnly = new("--reduce-only")
    {
        Description = "With --rules-out: nothing that adds risk is opened in this asset",
    };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_out, _base, _account, _stop, _reduceOnly])
        {
            command.Add(option);
        }
    }

    public void Write(ParseResult parsed, Terminal terminal, string feed, IReadOnlyList<PolicyReport> policies)
    {
        if (parsed.GetValue(_out) is not { } path)
        {
            return;
        }
        if (policies is not [var policy])
        {
            throw new InputException("--rules-out writes the limit of one policy: name it with --policy");
        }
        var text = Text(parsed, new AssetId(feed.Split('-')[0]), policy.Now);
        File.WriteAllText(path + ".partial", text);
        File.Move(path + ".partial", path, overwrite: true);
        terminal.Error.WriteLine($"written: {path}");
    }

    private string Text(ParseResult parsed, AssetId asset, DailyLimit limit)
    {
        var name = parsed.GetValue(_base);
        var text = name is null ? StandardRules.RulesText : UniverseOptions.ReadText(name);
        try
        {
            var before = RuleFile.Parse(text, name ?? "the shipped rules").Rules;
            var from = new DateTimeOffset(limit.Date, TimeOnly.MinValue, TimeSpan.Zero);
            if (from <= before.EffectiveFrom)
            {
                throw new InputException($"the limit is for {from:u}, and version {before.Version} is in force from "
                    + $"{before.EffectiveFrom:u}: take newer prices");
            }
            var root = JsonNode.Parse(text)!.AsObject();
            root["version"] = before.Version + 1;
            root["effectiveFrom"] = from.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
            root["leverageLimits"] = Limits(parsed, asset, limit, before.Leverage ?? new LeverageLimits());
            var written = root.ToJsonString(Layout) + "\n";
            _ = RuleFile.Parse(written, "what would be written");
            return written;
        }
        catch (FormatException problem)
        {
            throw new InputException(problem.Message);
        }
    }

    private JsonObject Limits(ParseResult parsed, AssetId asset, DailyLimit limit, LeverageLimits before)
    {
        var reduceOnly = parsed.GetValue(_reduceOnly);
        var own = LimitTable.Of(new Dictionary<AssetId, DailyLimit> { [asset] = limit },
            (decimal?)parsed.GetValue(_account) ?? before.Account, parsed.GetValue(_stop) || before.KillSwitch,
            reduceOnly ? new HashSet<AssetId> { asset } : null);
        var assets = new JsonArray();
        foreach (var (id, cap) in before.Assets.Where(entry => entry.Key != asset).Concat(own.Assets)
            .OrderBy(entry => entry.Key.Value, StringComparer.Ordinal))
        {
            var entry = new JsonObject { ["asset"] = id.Value };
            if (cap.MaxLeverage is { } most)
            {
                entry["maxLeverage"] = Decimals.Text(most);
            }
            if (cap.ReduceOnly)
            {
                entry["reduceOnly"] = true;
            }
            assets.Add(entry);
        }
        var limits = new JsonObject { ["killSwitch"] = own.KillSwitch, ["fills"] = before.Fills };
        if (own.Account is { } account)
        {
            limits["account"] = Decimals.Text(account);
        }
        limits["assets"] = assets;
        return limits;
    }
}
