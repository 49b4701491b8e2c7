using OrleansLeverage.Domain;

namespace OrleansLeverage.Kernel;

/// <summary>
/// Which feeds the terms and assets of a layout depend on; −1 for none. Term 0 and asset 0 are padding.
/// </summary>
internal sealed class FeedTable
{
    public FeedTable(TermLayout layout)
    {
        Layout = layout;
        var universe = layout.Universe!;
        Mark = new int[layout.Count];
        Settlement = new int[layout.Count];
        IsInverse = new bool[layout.Count];
        Asset = new int[universe.Assets.Count + 1];
        Mark[0] = Settlement[0] = Asset[0] = -1;
        foreach (var instrument in universe.Instruments)
        {
            var (from, to) = layout.TermsOf(instrument.Index + 1);
            Mark.AsSpan(from..to).Fill(instrument.MarkFeed.Index);
            Settlement.AsSpan(from..to).Fill(instrument.Settlement.PriceFeed?.Index ?? -1);
            IsInverse.AsSpan(from..to).Fill(instrument.Style == ContractStyle.Inverse);
        }
        foreach (var asset in universe.Assets)
        {
            Asset[asset.Index + 1] = asset.PriceFeed?.Index ?? -1;
        }
    }

    public TermLayout Layout { get; }

    public int FeedCount => Layout.Universe!.Feeds.Count;

    /// <summary>By term: whose price its mark is.</summary>
    public int[] Mark { get; }

    /// <summary>By term: whose price converts its profit to USD.</summary>
    public int[] Settlement { get; }

    public bool[] IsInverse { get; }

    /// <summary>By asset.</summary>
    public int[] Asset { get; }
}
