using OrleansLeverage.Domain;

namespace OrleansLeverage.Market.Simulation;

internal sealed record CollateralAsset(Asset Asset, double UsdPrice)
{
    public bool IsUsd => Asset.Id == AssetId.Usd;

    /// <summary>USD of margin per unit.</summary>
    public double MarginUsd => UsdPrice * (double)Asset.CollateralWeight;

    /// <summary>At least this much margin, in whole quantums of the asset.</summary>
    public ImportedBalance Worth(double marginUsd) => new(Asset.Id,
        (long)Math.Ceiling(marginUsd / MarginUsd / (double)Asset.Quantum) * Asset.Quantum);
}

/// <summary>
/// Makes one account from its own random stream: first style, size, leverage and lots, which is all that the sums
/// need, then entry prices and collateral.
/// </summary>
internal sealed class AccountDraw
{
    private const double MakerLeverageMax = 3.0;
    private const double MakerRatioMax = 0.35;

    /// <summary>Margin above the initial margin, so that rounding never refuses an account.</summary>
    private const double InitialRoom = 1.02;

    private readonly PopulationOptions _options;
    private readonly TradedInstrument[] _instruments;
    private readonly CollateralAsset _usd;
    private readonly CollateralAsset[] _coins;
    private readonly double[] _popularity;
    private readonly int[] _hedgeable;

    public AccountDraw(PopulationOptions options, TradedInstrument[] instruments, CollateralAsset[] collateral)
    {
        _options = options;
        _instruments = instruments;
        _usd = collateral.First(c => c.IsUsd);
        _coins = [.. collateral.Where(c => !c.IsUsd)];
        _popularity = [.. Enumerable.Range(1, instruments.Length).Select(rank => 1.0 / rank)];
        for (var i = 1; i < _popularity.Length; i++)
        {
            _popularity[i] += _popularity[i - 1];
        }
        _hedgeable = [.. Enumerable.Range(0, instruments.Length)
            .Where(i => _coins.Any(c => c.Asset.Id == instruments[i].Base.Id))];
    }

    /// <summary>Adds an account's lots to the sides; <paramref name="lots"/> is room to work in.</summary>
    public void AddLots(int number, long[] lots, long[] longs, long[] shorts)
    {
        Array.Clear(lots);
        Holdings(number, lots);
        for (var i = 0; i < lots.Length; i++)
        {
            longs[i] += Math.Max(0L, lots[i]);
            shorts[i] += Math.Max(0L, -lots[i]);
        }
    }

    public PopulationAccount Account(int number, AccountId id)
    {
        var lots = new long[_instruments.Length];
        var (random, style, leverage) = Holdings(number, lots);
        return Complete(number, id, style, random, lots, leverage, _options.StartRatioMax);
    }

    public PopulationAccount MarketMaker(int number, AccountId id, long[] lots)
    {
        var random = new SeededRandom(_options.Seed, (ulong)number);
        return Complete(number, id, AccountStyle.MarketMaker, random, lots,
            random.NextBetween(1.0, MakerLeverageMax), Math.Min(MakerRatioMax, _options.StartRatioMax));
    }

    private (SeededRandom Random, AccountStyle Style, double Leverage) Holdings(int number, long[] lots)
    {
        var random = new SeededRandom(_options.Seed, (ulong)number);
        var kind = random.NextDouble();
        var style = kind < _options.HedgerShare ? AccountStyle.Hedger
            : kind < _options.HedgerShare + _options.ShortShare ? AccountStyle.LeveredShort
            : AccountStyle.LeveredLong;
        var equity = Math.Min(_options.EquityMaxUsd, random.NextPareto(_options.EquityMinUsd, _options.EquityAlpha));
        if (style == AccountStyle.Hedger)
        {
            var leverage = random.NextBetween(0.3, 1.0);
            var instrument = _hedgeable.Length > 0 ? _hedgeable[random.NextInt(_hedgeable.Length)] : Popular(random);
            lots[instrument] = -Lots(instrument, equity * leverage);
            return (random, style, leverage);
        }
        var count = Math.Min(_instruments.Length,
            _options.PositionsMin + random.NextInt(_options.PositionsMax - _options.PositionsMin + 1));
        var gross = _options.LeverageMedian * PortableMath.Exp(_options.LeverageDeviation * random.NextGaussian());
        Spread(random, style, equity * gross, count, lots);
        return (random, style, gross);
    }

    // one position in ten goes against the account's view
    private void Spread(SeededRandom random, AccountStyle style, double grossUsd, int count, long[] lots)
    {
        Span<double> weights = stackalloc double[count];
        var total = 0.0;
        for (var i = 0; i < count; i++)
        {
            weights[i] = random.NextBetween(0.2, 1.0);
            total += weights[i];
        }
        for (var i = 0; i < count; i++)
        {
            var instrument = Popular(random);
            while (lots[instrument] != 0)
            {
                instrument = (instrument + 1) % _instruments.Length;
            }
            var isLong = style == AccountStyle.LeveredLong != random.NextDouble() < 0.1;
            var size = Lots(instrument, grossUsd * weights[i] / total);
            lots[instrument] = isLong ? size : -size;
        }
    }

    private int Popular(SeededRandom random)
    {
        var draw = random.NextDouble() * _popularity[^1];
        var index = Array.BinarySearch(_popularity, draw);
        return Math.Min(index < 0 ? ~index : index + 1, _popularity.Length - 1);
    }

    private long Lots(int instrument, double usd) =>
        Math.Clamp((long)Math.Round(usd / _instruments[instrument].UsdPerLot), 1L, _instruments[instrument].LotsMax);

    private PopulationAccount Complete(
        int number, AccountId id, AccountStyle style, SeededRandom random, long[] lots, double leverage,
        double ratioMax)
    {
        var positions = new List<ImportedPosition>();
        var (gross, maintenance, initial, profit) = (0.0, 0.0, 0.0, 0.0);
        // who is levered highly has not been in for long: a price far from the entry would have ended the account
        var deviation = Math.Min(_options.EntryDeviation, 0.3 / Math.Max(1.0, leverage));
        for (var i = 0; i < lots.Length; i++)
        {
            if (lots[i] == 0)
            {
                continue;
            }
            var instrument = _instruments[i];
            var notional = Math.Abs(lots[i]) * instrument.UsdPerLot;
            var settingMax = Math.Max(1.0, Math.Floor(instrument.LeverageMax(notional)));
            var setting = Math.Clamp(Math.Ceiling(leverage * 1.25), 1.0, settingMax);
            var entry = instrument.Entry(Math.Clamp(deviation * random.NextGaussian(), -0.5, 0.5));
            var gain = instrument.ProfitUsd(lots[i], entry);
            profit += gain > 0.0 ? gain * (double)instrument.Settlement.CollateralWeight : gain;
            gross += notional;
            maintenance += instrument.MaintenanceUsd(notional);
            initial += notional / setting;
            positions.Add(new ImportedPosition(instrument.Id, instrument.Quantity(lots[i]), entry, (decimal)setting));
        }
        var margin = Math.Max(gross / leverage, Math.Max(maintenance / ratioMax, initial * InitialRoom));
        // what is won already is part of the margin; some collateral is always there
        var collateral = Math.Max(margin - profit, margin * 0.05);
        return new PopulationAccount(number, id, style, Balances(random, style, lots, collateral), positions);
    }

    private List<ImportedBalance> Balances(SeededRandom random, AccountStyle style, long[] lots, double marginUsd)
    {
        if (style == AccountStyle.Hedger && Array.FindIndex(lots, l => l != 0) is var held and >= 0
            && Array.Find(_coins, c => c.Asset.Id == _instruments[held].Base.Id) is { } hedged)
        {
            return [hedged.Worth(marginUsd)];
        }
        if (style == AccountStyle.MarketMaker || _coins.Length == 0
            || random.NextDouble() >= _options.CoinCollateralShare)
        {
            return [_usd.Worth(Math.Max(marginUsd, 1.0))];
        }
        var coin = _coins[random.NextInt(_coins.Length)];
        var share = random.NextBetween(0.3, 0.9);
        return [_usd.Worth(marginUsd * (1.0 - share)), coin.Worth(marginUsd * share)];
    }
}
