namespace OrleansLeverage.Kernel;

/// <summary>
/// What the workers of a sweep add up by instrument, each in memory of its own: by maker, term and
/// <see cref="InstrumentSum"/>. All of it adds up exactly.
/// </summary>
internal sealed unsafe class InstrumentSums(int workers) : IDisposable
{
    private readonly Int128[]?[] _wide = new Int128[]?[workers];
    private NativeBlock _block = new(64);

    /// <summary>Empties all sums, for the terms of a layout.</summary>
    public void Clear(TermLayout layout)
    {
        var bytes = workers * SizeOf(layout) * sizeof(long);
        if (bytes > _block.SizeBytes)
        {
            _block.Dispose();
            _block = new NativeBlock(bytes);
        }
        new Span<byte>(_block.Pointer, bytes).Clear();
    }

    /// <summary>A worker's sums.</summary>
    public long* Of(int worker, TermLayout layout) => (long*)_block.Pointer + worker * SizeOf(layout);

    /// <summary>Those of rows too large for <see cref="Of"/>; null where there were none.</summary>
    public ref Int128[]? WideOf(int worker) => ref _wide[worker];

    /// <summary>Writes all sums by maker, place and <see cref="InstrumentSum"/>.</summary>
    public void CopyTo(Int128[] sums, TermLayout layout)
    {
        Array.Clear(sums);
        var (terms, half) = (layout.Count, sums.Length / 2);
        for (var w = 0; w < workers; w++)
        {
            var of = Of(w, layout);
            var wide = _wide[w];
            for (var t = 0; t < 2 * terms; t++)
            {
                var place = layout.PlaceOf(t % terms);
                var to = sums.AsSpan((t < terms ? 0 : half) + place * InstrumentSum.Count, InstrumentSum.Count);
                for (var i = 0; i < InstrumentSum.Count; i++)
                {
                    to[i] += of[t * InstrumentSum.Count + i] + (wide?[t * InstrumentSum.Count + i] ?? 0);
                }
            }
            Array.Clear(wide ?? []);
        }
    }

    public void Dispose() => _block.Dispose();

    private static int SizeOf(TermLayout layout) => 2 * layout.Count * InstrumentSum.Count;
}
