using System.Globalization;
using OrleansLeverage.Domain.Venues;

namespace OrleansLeverage.Domain;

/// <summary>
/// Reads the members of a rule file that only some venues need; the format is in <c>Rules/README.md</c>.
/// </summary>
internal static class VenueFile
{
    private const decimal WeightMax = 100m;

    public static CollateralTerms ReadCollateral(StrictObject entry)
    {
        var weight = entry.Within("weight", 0m, 1m, above: RuleFileStatus.NegativeHaircut);
        var liability = entry.WithinOr(1m, "liabilityWeight", 1m, WeightMax);
        return new CollateralTerms
        {
            Asset = entry.Id("asset", text => new AssetId(text)),
            Weight = weight,
            MaintenanceWeight = entry.Has("maintenanceWeight")
                ? entry.Within("maintenanceWeight", weight, 1m, above: RuleFileStatus.NegativeHaircut)
                : weight,
            LiabilityWeight = liability,
            LiabilityMaintenanceWeight = entry.WithinOr(liability, "liabilityMaintenanceWeight", 1m, liability),
            SizeFactor = entry.WithinOr(0m, "sizeFactor", 0m, 1m),
            LiabilitySizeFactor = entry.WithinOr(0m, "liabilitySizeFactor", 0m, 1m),
            DepositCap = entry.WithinOr(0m, "depositCap", 0m, Price.Max),
            Tiers = entry.Has("tiers") ? WeightTiers(entry) : [],
            Discount = entry.ObjectOrNull("discount", ReadDiscount),
        };
    }

    private static DiscountTerms ReadDiscount(StrictObject discount)
    {
        var least = discount.Within("least", 0m, 1m);
        return new DiscountTerms(discount.Above("skewScale", 0m, Price.Max),
            discount.Within("scalar", 0m, Price.Max), least, discount.Within("most", least, 1m));
    }

    public static ScheduleTerms ReadSchedule(StrictObject schedule)
    {
        var name = schedule.Text("name");
        var scaling = schedule.ObjectOrNull("openInterest", caps =>
        {
            var lower = caps.Within("lowerCap", 0m, Price.Max);
            return new OpenInterestScaling(lower, caps.Above("upperCap", lower, Price.Max));
        });
        var flat = schedule.Has("flatTiers") ? schedule.List("flatTiers", RuleFile.ReadTier) : [];
        var growing = schedule.ObjectOrNull("growing", rates => new GrowingRates(
            rates.Above("initialBase", 0m, 1m), rates.Within("initialSlope", 0m, 1m),
            rates.Above("maintenanceBase", 0m, 1m), rates.Within("maintenanceSlope", 0m, 1m)));
        CheckFlat(schedule, flat);
        return new ScheduleTerms
        {
            Name = name,
            Brackets = flat.Count > 0 || growing is not null ? null
                : schedule.Has("fraction") ? schedule.Object("fraction", fraction => MarginSchedule.Fraction(name,
                    fraction.Above("initial", 0m, 1m), fraction.Above("maintenance", 0m, 1m), scaling))
                : schedule.Has("brackets") ? new MarginSchedule(name, Compact(schedule), scaling)
                : new MarginSchedule(name, schedule.List("tiers", RuleFile.ReadTier), scaling),
            FlatTiers = flat,
            Growing = growing,
            SizeFactor = schedule.WithinOr(0m, "sizeFactor", 0m, 1m),
            LeastMargin = schedule.WithinOr(0m, "leastMargin", 0m, Money.Max),
            PerPosition = schedule.WithinOr(0m, "perPosition", 0m, Money.Max),
            CloseRate = schedule.WithinOr(0m, "closeRate", 0m, 1m),
        };
    }

    public static VenueTerms ReadTerms(StrictObject file, IReadOnlyList<CollateralTerms> collateral,
        IReadOnlyDictionary<string, ScheduleTerms> schedules) => new()
        {
            Id = file.Text("venue"),
            Markets = file.Has("markets") ? ReadMarkets(file, schedules) : new Dictionary<string, string>(),
            Collateral = collateral.ToDictionary(c => c.Asset),
            Schedules = schedules,
            Profit = file.ObjectOrNull("profit", profit => new ProfitTerms(
                profit.WithinOr(1m, "initialWeight", 0m, 1m), profit.WithinOr(1m, "maintenanceWeight", 0m, 1m),
                profit.WithinOr(0m, "sizeFactor", 0m, 1m),
                profit.Has("initialMax") ? profit.Within("initialMax", 0m, Money.Max) : null)) ?? new ProfitTerms(),
            OrderReserve = file.WithinOr(0m, "orderReserve", 0m, Money.Max),
            Funding = file.ObjectOrNull("funding", ReadFunding),
            Borrow = file.ObjectOrNull("borrow", borrow =>
                new BorrowTerms(borrow.Word<BorrowStyle>("style"), borrow.Within("rate", 0m, 1m))),
            Isolation = file.WordOr(IsolationTerms.Offered, "isolation"),
            IsolatedAtEntry = file.FlagOr(false, "isolatedAtEntry"),
            CustomLeverage = file.FlagOr(true, "customLeverage"),
            Liquidation = file.ObjectOrNull("liquidation", ReadLiquidation),
            Withdrawal = file.ObjectOrNull("withdrawal", rule => new WithdrawalRules(
                rule.FlagOr(false, "profitCounts"), rule.WithinOr(0m, "notionalShare", 0m, 1m),
                rule.FlagOr(false, "closedWhileNegative"))),
        };

    private static IReadOnlyDictionary<string, string> ReadMarkets(StrictObject file,
        IReadOnlyDictionary<string, ScheduleTerms> schedules)
    {
        var markets = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (schedule, symbols) in file.List("markets", row => (row.Text("schedule"), row.Texts("symbols"))))
        {
            if (!schedules.ContainsKey(schedule))
            {
                throw file.Bad("markets", $"no margin schedule {schedule} is listed", RuleFileStatus.Unresolved);
            }
            foreach (var symbol in symbols)
            {
                if (!markets.TryAdd(symbol, schedule))
                {
                    throw file.Bad("markets", $"market {symbol} is listed twice", RuleFileStatus.Duplicate);
                }
            }
        }
        return markets;
    }

    private static FundingTerms ReadFunding(StrictObject funding) => new()
    {
        Style = funding.Word<FundingStyle>("style"),
        IntervalSeconds = funding.Number("intervalSeconds", 1, 31_536_000),
        PremiumMax = funding.WithinOr(0m, "premiumMax", 0m, 1m),
        ClampFactor = funding.WithinOr(0m, "clampFactor", 0m, 1_000m),
        VelocityMax = funding.WithinOr(0m, "velocityMax", 0m, 1_000m),
        Adaptive = funding.Has("adaptive")
            ? funding.Object("adaptive", rule => new AdaptiveFunding(
                rule.Within("stable", 0m, 1m), rule.Within("decrease", 0m, 1m),
                rule.Within("increasePerSecond", 0m, 1m), rule.Within("decreasePerSecond", 0m, 1m),
                rule.WithinOr(0m, "most", 0m, 1m)))
            : default,
    };

    private static LiquidationRules ReadLiquidation(StrictObject rule)
    {
        var rules = new LiquidationRules
        {
            Order = rule.WordOr(LiquidationOrder.Listed, "order"),
            Scope = rule.WordOr(LiquidationScope.Bucket, "scope"),
            Pricing = rule.WordOr(LiquidationPricing.Concession, "pricing"),
            TargetRatio = rule.WithinOr(1m, "targetRatio", 0m, 1m),
            CloseShareMax = rule.WithinOr(1m, "closeShareMax", 0m, 1m),
            WholeBelowNotional = rule.WithinOr(0m, "wholeBelowNotional", 0m, Money.Max),
            NotionalMin = rule.WithinOr(0m, "notionalMin", 0m, Money.Max),
            FeeRate = rule.WithinOr(0m, "feeRate", 0m, 1m),
            Concession = rule.WithinOr(0m, "concession", 0m, 1m),
            BankruptcyAdjustment = rule.WithinOr(1m, "bankruptcyAdjustment", 0m, 1_000_000m),
            SpreadToMaintenance = rule.WithinOr(0m, "spreadToMaintenance", 0m, 1m),
            BackstopShare = rule.WithinOr(0m, "backstopShare", 0m, 1m),
        };
        rules.Check();
        return rules;
    }

    private static IReadOnlyList<WeightTier> WeightTiers(StrictObject entry)
    {
        var tiers = entry.List("tiers", tier => new WeightTier(tier.Within("floor", 0m, Price.Max),
            tier.Within("weight", 0m, 1m, above: RuleFileStatus.NegativeHaircut)));
        if (tiers.Count > MarginSchedule.TiersMax)
        {
            throw entry.Bad("tiers", $"{tiers.Count} tiers; {MarginSchedule.TiersMax} are possible");
        }
        for (var i = 0; i < tiers.Count; i++)
        {
            if (i == 0 ? tiers[0].Floor != 0m : tiers[i].Floor <= tiers[i - 1].Floor)
            {
                throw entry.Bad($"tiers[{i}].floor", $"{Decimals.Text(tiers[i].Floor)} does not follow: the first is 0 "
                    + "and each is above the one before", i == 0 ? RuleFileStatus.TierGap : RuleFileStatus.TierOverlap);
            }
        }
        return tiers;
    }

    private static void CheckFlat(StrictObject schedule, IReadOnlyList<MarginTier> tiers)
    {
        for (var i = 0; i < tiers.Count; i++)
        {
            var end = i == 0 ? 0m : tiers[i - 1].CapNotional;
            if (end != tiers[i].FloorNotional)
            {
                throw schedule.Bad($"flatTiers[{i}].floorNotional",
                    $"begins at {tiers[i].FloorNotional}, the one before ends at {end}",
                    end < tiers[i].FloorNotional ? RuleFileStatus.TierGap : RuleFileStatus.TierOverlap);
            }
            if (tiers[i].MaintenanceAmount != 0m)
            {
                throw schedule.Bad($"flatTiers[{i}].maintenanceAmount", "a rate on the whole notional has no amount",
                    RuleFileStatus.TierAmount);
            }
        }
    }

    /// <summary>
    /// <c>"floor rate leverage; floor rate leverage; ..."</c>: amounts follow from the rates, each bracket ends where
    /// the next begins, the last at <c>capNotional</c> where that is stated.
    /// </summary>
    private static List<MarginTier> Compact(StrictObject schedule)
    {
        var cap = schedule.Has("capNotional") ? schedule.Above("capNotional", 0m, Money.Max) : (decimal?)null;
        var rows = schedule.Lines("brackets", ';').Select((row, i) => Numbers(schedule, row, i)).ToArray();
        var tiers = new List<MarginTier>(rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            var (floor, rate, leverage) = (rows[i][0], rows[i][1], rows[i][2]);
            tiers.Add(new MarginTier
            {
                FloorNotional = floor,
                CapNotional = i + 1 < rows.Length ? rows[i + 1][0] : cap,
                MaintenanceRate = rate,
                MaintenanceAmount = i == 0 ? 0m : MarginTier.CumulativeAmount(
                    tiers[i - 1].MaintenanceAmount, floor, rate, tiers[i - 1].MaintenanceRate),
                MaxLeverage = leverage,
            });
        }
        return tiers;
    }

    private static decimal[] Numbers(StrictObject schedule, string row, int index)
    {
        var words = row.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var numbers = words.Select(word => Decimals.TryParseCanonical(word, out var value) ? value : -1m).ToArray();
        return numbers.Length == 3 && numbers.All(number => number >= 0m)
            ? numbers
            : throw schedule.Bad("brackets", string.Create(CultureInfo.InvariantCulture,
                $"bracket {index + 1} '{row}' is not floor, maintenance rate and leverage"), RuleFileStatus.Malformed);
    }
}
