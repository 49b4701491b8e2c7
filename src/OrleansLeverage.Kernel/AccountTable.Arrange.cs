namespace OrleansLeverage.Kernel;

/// <summary>
/// Rows in the order of what they hold. A price that moves then concerns chunks that lie together, and eight rows of a
/// vector mostly hold the same instrument; where a row lies changes no figure.
/// </summary>
public sealed unsafe partial class AccountTable
{
    /// <summary>Rows that came to their place since the last arrangement.</summary>
    public long Unarranged { get; private set; }

    /// <summary>How often the rows have been arranged: what a sweep has kept of their chunks is of the last.</summary>
    internal long Arrangements { get; private set; }

    /// <summary>
    /// Lays all rows out anew: by size class, then by the most held instrument of a row if it is one of the five most
    /// held of all, then by its least held ones: a price that moves concerns few chunks, whether everybody holds it or
    /// nobody. Those above the first bracket of an instrument lie apart, as far as there are many of a kind. Handles
    /// stay as they are. Takes about a quarter of a microsecond per row, and as much memory again as the rows for that
    /// time.
    /// </summary>
    /// <param name="marks">What notionals are looked at by; without them all are taken to be in the first
    /// bracket.</param>
    public void Arrange(MarkVector? marks = null)
    {
        BeginSweep();
        try
        {
            Rearrange(marks);
        }
        finally
        {
            EndSweep();
        }
    }

    private void Rearrange(MarkVector? marks)
    {
        var (heads, count, classes) = (_heads, ChunkCount, _classes.OrderBy(c => c.Key).ToArray());
        var ranks = Ranks();
        var rows = classes.ToDictionary(c => c.Value, _ => new List<(ulong Key, int Location)>());
        for (var c = 0; c < count; c++)
        {
            var chunk = new Chunk(ref heads[c]);
            for (var row = 0; row < heads[c].Used; row++)
            {
                if ((chunk.State[row] & Chunk.FreeRow) == 0)
                {
                    rows[chunk.Class].Add((KeyOf(chunk, row, ranks, marks), (c << Chunk.RowBits) | row));
                }
            }
        }
        _heads = new ChunkHead[Math.Max(64, count)];
        ChunkCount = 0;
        _classes.Clear();
        foreach (var (id, old) in classes)
        {
            var fresh = old.Fresh();
            _classes.Add(id, fresh);
            var moving = rows[old];
            moving.Sort();
            foreach (var (_, from) in moving)
            {
                var to = Take(fresh);
                var source = new Chunk(ref heads[from >> Chunk.RowBits]);
                Copy(source, from & Chunk.RowMask, ChunkOf(to), to & Chunk.RowMask);
                _directory.At(ChunkOf(to).Row[to & Chunk.RowMask].Slot)->Location = to;
            }
            old.Dispose();
        }
        Unarranged = 0;
        Arrangements++;
    }

    /// <summary>Places of instruments → 0 for the one that most rows hold, and so on.</summary>
    private int[] Ranks()
    {
        var holders = new List<int>();
        foreach (ref var head in Chunks)
        {
            var chunk = new Chunk(ref head);
            foreach (var word in new ReadOnlySpan<uint>(chunk.Word, chunk.Class.Positions * Chunk.Rows))
            {
                var place = Layout.PlaceOf(Chunk.TermOf(word));
                while (holders.Count <= place)
                {
                    holders.Add(0);
                }
                holders[place]++;
            }
        }
        var ranks = new int[Math.Max(1, holders.Count)];
        var order = Enumerable.Range(1, Math.Max(0, holders.Count - 1)).OrderByDescending(p => holders[p]);
        foreach (var (rank, place) in order.Index())
        {
            ranks[place] = rank;
        }
        return ranks;
    }

    /// <summary>
    /// Whether the row lies apart, the most held rank as far as five, and twenty bits for each of the three least held.
    /// </summary>
    private ulong KeyOf(Chunk chunk, int row, int[] ranks, MarkVector? marks)
    {
        const int Popular = 5;
        const int Common = 16;
        var most = Popular;
        var isAbove = false;
        int first = 0, second = 0, third = 0;
        for (var p = 0; p < chunk.Class.Positions; p++)
        {
            var place = Layout.PlaceOf(Chunk.TermOf(chunk.Word[p * Chunk.Rows + row]));
            if (place == 0)
            {
                continue;
            }
            isAbove |= marks is not null && marks.IsAboveFirst(chunk.Quantity[p * Chunk.Rows + row], place);
            var rank = Math.Min(ranks[place], (1 << 20) - 1);
            most = Math.Min(most, rank);
            third = Math.Max(third, Math.Min(second, rank));
            second = Math.Max(second, Math.Min(first, rank));
            first = Math.Max(first, rank);
        }
        // where there are many of a kind, so that a price which moves still concerns few chunks
        var isApart = isAbove && second < Common;
        return (isApart ? 1UL << 63 : 0UL) | ((ulong)most << 60) | ((ulong)first << 40) | ((ulong)second << 20)
            | (uint)third;
    }

    private static void Copy(Chunk from, int i, Chunk to, int j)
    {
        to.Row[j] = from.Row[i];
        to.State[j] = from.State[i];
        for (var c = 0; c < from.Class.Collateral; c++, i += Chunk.Rows, j += Chunk.Rows)
        {
            to.Code[j] = from.Code[i];
            to.Amount[j] = from.Amount[i];
        }
        (i, j) = (i & Chunk.RowMask, j & Chunk.RowMask);
        for (var p = 0; p < from.Class.Positions; p++, i += Chunk.Rows, j += Chunk.Rows)
        {
            to.Word[j] = from.Word[i];
            to.Quantity[j] = from.Quantity[i];
            if (from.Class.HasExtras)
            {
                to.Isolated[j] = from.Isolated[i];
                to.Orders[j] = from.Orders[i];
                to.InverseLeverage[j] = from.InverseLeverage[i];
            }
            if (from.Class.HasTerms)
            {
                (to.Cash[j], to.Entry[j], to.Reserve[j]) = (from.Cash[i], from.Entry[i], from.Reserve[i]);
            }
        }
        (i, j) = (i & Chunk.RowMask, j & Chunk.RowMask);
        if (from.Class.HasExtras)
        {
            SetRequired(to, j, RequiredOf(from, i));
        }
        to.Head.Flags |= ChunkFlags.Changed;
    }
}
