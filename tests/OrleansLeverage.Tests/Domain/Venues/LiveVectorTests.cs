using System.Globalization;
using System.Text.Json;
using OrleansLeverage.Domain;
using OrleansLeverage.Domain.Venues;
using Xunit;

namespace OrleansLeverage.Tests.Domain.Venues;

/// <summary>
/// Published cases of venues, each as a rule file that states the case's terms and an account on the live grid's own
/// valuation: what is proven is the way that the grid goes, not the closed form behind it.
/// </summary>
public sealed class LiveVectorTests
{
    private const string Usdc = "{ \"asset\": \"USD\", \"weight\": \"1\" }, { \"asset\": \"USDC\", \"weight\": \"1\" }";

    /// <summary>Isolated prices of Binance, OKX, Gate and Bybit: amounts, closing fee, margin at entry.</summary>
    [Fact]
    public void Liquidation_prices() => Run("freqtrade", "liquidation_price", minimum: 10, vector =>
    {
        var inputs = vector.GetProperty("inputs");
        if (inputs.TryGetProperty("trading_mode", out var mode) && mode.GetString() == "spot"
            || inputs.GetProperty("margin_mode").GetString() != "isolated")
        {
            return false;
        }
        var (rate, amount) = (Number(inputs, "maintenance_margin_rate"), Number(inputs, "maintenance_amount_cum"));
        var venue = vector.GetProperty("venue").GetString()!;
        // an amount of 0.01 at a rate of 0.01 is that of a second bracket from 2 whose first has half the rate
        var schedule = venue == "binance"
            ? $"\"brackets\": \"0 {Text(rate / 2m)} 125; {Text(amount / (rate / 2m))} {Text(rate)} 50\""
            : $"\"fraction\": {{ \"initial\": \"{Text(rate)}\", \"maintenance\": \"{Text(rate)}\" }}"
                + (inputs.TryGetProperty("taker_fee_rate", out _)
                    ? $", \"closeRate\": \"{Text(Number(inputs, "taker_fee_rate"))}\"" : "");
        var live = new LiveVenue(Rules(Usdc, schedule, venue == "bybit" ? ", \"isolatedAtEntry\": true" : ""), "M");
        var side = inputs.GetProperty("side").GetString() == "long" ? 1 : -1;
        var value = live.Value(new VenueAccount([],
        [
            new VenuePosition
            {
                Market = "M", Side = side, Contracts = Number(inputs, "size"), Entry = Number(inputs, "entry_price"),
                Mark = Number(inputs, "entry_price"), IsIsolated = true,
                IsolatedMargin = decimal.Round(Or(inputs, "isolated_wallet_balance",
                    Or(inputs, "wallet_balance", 0m)), 12),
            },
        ]));
        Near(Number(vector.GetProperty("expected"), "liquidation_price"), LiquidationSolver.LiquidationPrice(value,
            value.Account.Position(live.Market("M"))).Shown, 0.000005m, vector);
        return true;
    });

    /// <summary>Drift: liability and maintenance weights, custom leverage, prices that are not 1.</summary>
    [Fact]
    public void Weighted_accounts() => Run("drift_v2", "account_margin_state", minimum: 8, vector =>
    {
        var inputs = vector.GetProperty("inputs");
        // what the grid has no such thing as: spot orders, an average of prices, a ratio of the user for balances
        if (inputs.TryGetProperty("open_bid_sol", out _) || inputs.TryGetProperty("open_ask_sol", out _)
            || inputs.TryGetProperty("margin_ratio_override", out _)
            || Is(inputs, "usdc_price", "usdc_twap5") || Is(inputs, "sol_price", "sol_twap5")
            || (inputs.GetProperty("margin").GetString() == "initial" && Or(inputs, "user_max_margin_ratio", 0m) > 0m
                && (Or(inputs, "sol_borrow", 0m) > 0m || Or(inputs, "sol_deposit", 0m) > 0m)))
        {
            return false;
        }
        CheckWeighted(vector, inputs);
        return true;
    });

    /// <summary>The venue's own test of a profit that is capped and of a rate that grows with the root.</summary>
    [Fact]
    public void Capped_profit() => Run("drift_v2", "perp_margin_requirement", minimum: 1, vector =>
    {
        var inputs = vector.GetProperty("inputs");
        var size = Number(inputs, "base_asset_amount") / 1_000_000_000m;
        var factor = Number(inputs, "imf_factor") / 1_000_000m;
        var live = new LiveVenue(Rules(Usdc, Fraction(Number(inputs, "margin_ratio_initial") / 10_000m)
            + $", \"sizeFactor\": \"{Text(factor)}\"",
            $", \"profit\": {{ \"initialMax\": \"100\", \"sizeFactor\": \"{Text(factor)}\" }}"), "M");
        var value = live.Value(new VenueAccount([], [Perpetual(size,
            Number(inputs, "oracle_price") / 1_000_000m, Number(inputs, "quote_asset_amount") / 1_000_000m)]));
        var expected = vector.GetProperty("expected");
        Assert.Equal(Number(expected, "margin_requirement"), decimal.Truncate(value.InitialMargin * 1_000_000m));
        Assert.Equal(Number(expected, "weighted_unrealized_pnl_capped"), value.CrossInitialBalance * 1_000_000m);
        return true;
    });

    /// <summary>Weights that fall with the amount; profit that counts for nothing carries nothing.</summary>
    [Fact]
    public void Weights_by_size()
    {
        Run("drift_v2", "collateral_haircut", minimum: 7, vector =>
        {
            var inputs = vector.GetProperty("inputs");
            var (amount, weight, factor) = (Number(inputs, "size_1e9") / 1_000_000_000m,
                Number(inputs, "base_weight") / 10_000m, Number(inputs, "imf_factor") / 1_000_000m);
            var isAsset = inputs.GetProperty("side").GetString() == "asset";
            // a debt counts at least in full: a weight of 0 is a case of the form alone
            if (!isAsset && weight < 1m)
            {
                return true;
            }
            var live = new LiveVenue(Rules(Usdc + ", { \"asset\": \"SOL\", " + (isAsset
                ? $"\"weight\": \"{Text(weight)}\", \"sizeFactor\": \"{Text(factor)}\" }}"
                : $"\"weight\": \"1\", \"liabilityWeight\": \"{Text(weight)}\", "
                    + $"\"liabilitySizeFactor\": \"{Text(factor)}\" }}"), Fraction(0.1m), ""), "M");
            var value = live.Value(new VenueAccount(
                [new VenueBalance(new AssetId("SOL"), isAsset ? amount : -amount, 100m)], []));
            Assert.Equal(Number(vector.GetProperty("expected"), "weight") / 10_000m * amount * 100m,
                Math.Abs(value.CrossInitialBalance));
            return true;
        });
        Run("drift_v2", "account_health", minimum: 2, vector =>
        {
            var inputs = vector.GetProperty("inputs");
            var live = new LiveVenue(Rules(Usdc, Fraction(Or(inputs, "maintenance_ratio", 0.1m)),
                ", \"profit\": { \"initialWeight\": \"0\", \"maintenanceWeight\": \"0\" }"), "M");
            var size = Or(inputs, "perp_base", 0m);
            var value = live.Value(new VenueAccount(Or(inputs, "usdc", 0m) is > 0m and var held
                ? [new VenueBalance(new AssetId("USDC"), held, 1m)] : [], size == 0m ? []
                : [Perpetual(size, Number(inputs, "price"), Number(inputs, "perp_quote"))]));
            var expected = vector.GetProperty("expected");
            Assert.Equal(expected.GetProperty("can_be_liquidated").GetBoolean(),
                value.Tier(live.Universe.Rules) >= RiskTier.Liquidation);
            Assert.Equal(Number(expected, "margin_requirement"), value.MaintenanceMargin * 1_000_000m);
            Assert.Equal(Number(expected, "total_collateral"), value.MarginBalance * 1_000_000m);
            return true;
        });
    }

    /// <summary>Drift: an isolated bucket fails where the cross one holds.</summary>
    [Fact]
    public void Isolated_buckets() => Run("drift_v2", "isolated_bucket", minimum: 1, vector =>
    {
        var inputs = vector.GetProperty("inputs");
        if (Number(inputs, "buffer") > 0m)
        {
            return false;
        }
        var live = new LiveVenue(Rules(Usdc + ", { \"asset\": \"SOL\", \"weight\": \"0.8\", \"liabilityWeight\": \""
            + $"{Text(Number(inputs, "sol_il"))}\" }}", Fraction(Number(inputs, "ratio")), ""), "M");
        var value = live.Value(new VenueAccount(
        [
            new VenueBalance(new AssetId("USDC"), Number(inputs, "usdc_deposit"), 1m),
            new VenueBalance(new AssetId("SOL"), -Number(inputs, "sol_borrow"), Number(inputs, "sol_price")),
        ],
        [
            Perpetual(Number(inputs, "iso_perp_base"), Number(inputs, "iso_price"), Number(inputs, "iso_quote")) with
            {
                IsIsolated = true, IsolatedMargin = Number(inputs, "iso_collateral"),
            },
        ]));
        var expected = vector.GetProperty("expected");
        Assert.Equal(Number(expected, "cross_collateral") - Number(expected, "cross_requirement"),
            value.FreeCollateral * 1_000_000m);
        var isolated = value.Positions[0];
        Assert.Equal(Number(expected, "isolated_requirement"), isolated.InitialMargin * 1_000_000m);
        Assert.Equal(Number(expected, "isolated_collateral"), isolated.IsolatedBalance * 1_000_000m);
        Assert.Equal(expected.GetProperty("meets_isolated").GetBoolean(), value.CoversInitialMargin());
        return true;
    });

    /// <summary>GMX's shipped profile: positions stand alone, 1 % of their size at entry or 1 USD.</summary>
    [Fact]
    public void Positions_that_stand_alone() => Run("gmx", "is_liquidatable", minimum: 14, vector =>
    {
        var inputs = vector.GetProperty("inputs");
        var live = new LiveVenue(VenueRules.Book("gmx-v2").Newest, "ETH/USD");
        var entry = Number(inputs, "entry_price");
        var value = live.Value(new VenueAccount([],
        [
            new VenuePosition
            {
                Market = "ETH/USD", Side = inputs.GetProperty("is_long").GetBoolean() ? 1 : -1,
                Contracts = decimal.Round(Number(inputs, "size_usd") / entry, 12), Entry = entry,
                Mark = Number(inputs, "index_price"), IsIsolated = true,
                IsolatedMargin = Number(inputs, "collateral_amount") * Number(inputs, "collateral_price"),
            },
        ]));
        Assert.Equal((vector.GetProperty("id").GetString(),
            vector.GetProperty("expected").GetProperty("liquidatable").GetBoolean()),
            (vector.GetProperty("id").GetString(), value.Tier(live.Universe.Rules) >= RiskTier.Liquidation));
        return true;
    });

    /// <summary>Synthetix's shipped profile: rates that grow with the size, least margins, the reward.</summary>
    [Fact]
    public void Growing_rates_with_reward() => Run("synthetix_v3", "withdrawable", minimum: 1, vector =>
    {
        var inputs = vector.GetProperty("inputs");
        var live = new LiveVenue(VenueRules.Book("synthetix-v3").Newest, "BTC", "ETH");
        var positions = inputs.GetProperty("positions").EnumerateArray().Select(p => new VenuePosition
        {
            Market = p.GetProperty("market").GetString()!, Side = Number(p, "size") > 0m ? 1 : -1,
            Contracts = Math.Abs(Number(p, "size")), Mark = Number(p, "price"),
            // filled at the price moved by half of what the fill moves the skew by
            Entry = Number(p, "price") * (1m + Number(p, "size") / Number(p, "skew_scale") / 2m),
        }).ToArray();
        var value = live.Value(new VenueAccount(
            [new VenueBalance(new AssetId("SNXUSD"), Number(inputs, "collateral"), 1m)], positions));
        Assert.Equal(Number(vector.GetProperty("expected"), "withdrawable"), value.FreeCollateral);
        // 6,500 and 4,000 besides the reward of 5,000
        Assert.Equal((11_500m, 9_000m, 99_000m), (value.InitialMargin, value.MaintenanceMargin, value.Equity));
        return true;
    });

    /// <summary>Deribit's shipped profile: 2 % + 0.005 % per BTC, and the like.</summary>
    [Theory]
    [InlineData("initial_margin")]
    [InlineData("maintenance_margin")]
    public void Growing_rates(string kind) => Run("venue_docs", kind, minimum: 2, vector =>
    {
        var inputs = vector.GetProperty("inputs");
        if (!inputs.TryGetProperty("slope_per_unit", out _))
        {
            return false;
        }
        var live = new LiveVenue(VenueRules.Book("deribit-linear").Newest, "BTC_USDC-PERPETUAL",
            "SOL_USDC-PERPETUAL");
        var isBitcoin = Number(inputs, "index") > 1_000m;
        var value = live.Value(new VenueAccount([],
        [
            new VenuePosition
            {
                Market = isBitcoin ? "BTC_USDC-PERPETUAL" : "SOL_USDC-PERPETUAL", Side = 1,
                Contracts = Number(inputs, "size"), Entry = Number(inputs, "index"), Mark = Number(inputs, "index"),
            },
        ]));
        Assert.Equal(Number(vector.GetProperty("expected"), "margin_usdc"),
            kind == "initial_margin" ? value.InitialMargin : value.MaintenanceMargin);
        return true;
    });

    /// <summary>Requirement and collateral as Drift counts them: debts are required, not taken from what there is.
    /// </summary>
    private static void CheckWeighted(JsonElement vector, JsonElement inputs)
    {
        var isInitial = inputs.GetProperty("margin").GetString() == "initial";
        var ratio = Or(inputs, isInitial ? "perp_margin_ratio_initial" : "perp_margin_ratio_maintenance",
            Or(inputs, isInitial ? "market_initial" : "market_maintenance", Or(inputs, "ratio", 0.1m)));
        var live = new LiveVenue(Rules(Usdc + ", { \"asset\": \"SOL\", \"weight\": \""
            + $"{Text(Or(inputs, "sol_ia", 1m))}\", \"maintenanceWeight\": \"{Text(Or(inputs, "sol_ma", 1m))}\", "
            + $"\"liabilityWeight\": \"{Text(Or(inputs, "sol_il", 1m))}\", \"liabilityMaintenanceWeight\": \""
            + $"{Text(Or(inputs, "sol_ml", 1m))}\" }}", Fraction(ratio), ", \"orderReserve\": \"0.01\""),
            new AssetId("USDC"), ["M"]);
        var price = Or(inputs, "usdc_price", 1m);
        var balances = new List<VenueBalance>();
        void Add(string asset, decimal amount, decimal at)
        {
            if (amount != 0m)
            {
                balances.Add(new VenueBalance(new AssetId(asset), amount, at));
            }
        }
        Add("USDC", Or(inputs, "usdc_deposit", 0m) - Or(inputs, "usdc_borrow", 0m), price);
        Add("SOL", Or(inputs, "sol_deposit", 0m) - Or(inputs, "sol_borrow", 0m),
            Or(inputs, "sol_price", Or(inputs, "price", 1m)));
        var custom = Math.Max(Or(inputs, "user_max_margin_ratio", 0m), Or(inputs, "position_max_margin_ratio", 0m));
        var held = Or(inputs, "perp_base", 0m);
        VenuePosition[] positions = held == 0m ? [] :
        [
            // a case that states no quote is one of a position that has cost nothing, which a price cannot say
            Perpetual(held, Or(inputs, "perp_price", Or(inputs, "price", 0m)), Or(inputs, "quote_asset_amount",
                -held * Or(inputs, "perp_price", Or(inputs, "price", 0m)))) with
            {
                SettlementPrice = price, Leverage = isInitial && custom > 0m ? 1m / custom : null,
            },
        ];
        var value = live.Value(new VenueAccount(balances, positions));
        var (has, owed) = (0m, 0m);
        foreach (var balance in value.Account.Balances)
        {
            var counted = balance.Asset.Counted(balance.Amount, value.Frame.UsdPrice(balance.Asset)!.Value, isInitial);
            (has, owed) = counted > 0m ? (has + counted, owed) : (has, owed - counted);
        }
        var expected = vector.GetProperty("expected");
        if (expected.TryGetProperty("margin_requirement", out _))
        {
            Assert.Equal((vector.GetProperty("id").GetString(), Number(expected, "margin_requirement")),
                (vector.GetProperty("id").GetString(),
                    1_000_000m * (owed + (isInitial ? value.InitialMargin : value.MaintenanceMargin))));
        }
        // profit of the case that states no entry is none here: what is there is the balances
        if (expected.TryGetProperty("total_collateral", out _) && Or(inputs, "quote_asset_amount", 1m) != 0m)
        {
            Assert.Equal(Number(expected, "total_collateral"), 1_000_000m * has);
        }
    }

    private static VenuePosition Perpetual(decimal size, decimal price, decimal quote) => new()
    {
        Market = "M", Side = Math.Sign(size), Contracts = Math.Abs(size), Mark = price, Entry = -quote / size,
    };

    private static string Fraction(decimal rate) =>
        $"\"fraction\": {{ \"initial\": \"{Text(rate)}\", \"maintenance\": \"{Text(rate)}\" }}";

    private static RuleFile Rules(string collateral, string schedule, string more) => RuleFile.Parse($$"""
        {
          "schema": "leverage-rules/1", "name": "case", "source": "A published case.", "version": 1,
          "effectiveFrom": "2026-01-01T00:00:00Z", "venue": "case",
          "thresholds": { "warning": "0.7", "marginCall": "0.85", "liquidation": "1", "rearmMargin": "0.02",
            "rearmFrames": 2 },
          "limits": { "feeRate": "0.01", "rebateRate": "0.001", "notional": "999999999999",
            "amount": "999999999999", "fillsNeedInitialMargin": true },
          "collateral": [ {{collateral}} ],
          "schedules": [ { "name": "s", {{schedule}} } ],
          "markets": [ { "schedule": "s", "symbols": ["M"] } ]{{more}}
        }
        """, "case");

    private static void Run(string file, string kind, int minimum, Func<JsonElement, bool> check)
    {
        if (SharedData.Path($"vectors/venues/{file}.json") is not { } path)
        {
            return;
        }
        using var document = JsonDocument.Parse(File.ReadAllText(path));
        var ran = document.RootElement.GetProperty("cases").EnumerateArray()
            .Where(v => v.GetProperty("kind").GetString() == kind).Count(check);
        Assert.True(ran >= minimum, $"{kind}: {ran} cases");
    }

    /// <summary>Whether a case has both a price and an average that decides instead of it.</summary>
    private static bool Is(JsonElement inputs, string price, string average) =>
        inputs.TryGetProperty(average, out _) && Number(inputs, average) is var mean
        && Or(inputs, price, 1m) is var now
        && (Or(inputs, price.Replace("price", "borrow", StringComparison.Ordinal), 0m) > 0m
            ? mean > now
            : mean < now);

    private static decimal Or(JsonElement element, string name, decimal otherwise) =>
        element.TryGetProperty(name, out _) ? Number(element, name) : otherwise;

    private static decimal Number(JsonElement element, string name) => element.GetProperty(name) is var value
        && value.ValueKind == JsonValueKind.String
        ? decimal.Parse(value.GetString()!, NumberStyles.Float, CultureInfo.InvariantCulture)
        : value.GetDecimal();

    private static string Text(decimal value) => Decimals.Text(value);

    private static void Near(decimal expected, decimal? actual, decimal relative, JsonElement vector) =>
        Assert.True(actual is { } found && Math.Abs(found - expected) <= relative * Math.Abs(expected),
            $"{vector.GetProperty("id").GetString()}: {actual} for {expected}");
}
