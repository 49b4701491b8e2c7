using System.Security.Cryptography;
using System.Text;
using Orleans.Storage;

namespace OrleansLeverage.Grains.Storage;

/// <summary>
/// A store in which every body is kept with a hash over it and over whose it is. What was cut short or changed, or lies
/// where another grain's should, is refused by name: it is never taken for an account with other figures, and never for
/// one that there was not yet.
/// <code>
/// 255, first eight bytes of SHA-256 over grain id, 0 and body, body
/// </code>
/// A body begins with its version, which is never 255: one that was kept before there were hashes is read as it is.
/// </summary>
public sealed class CheckedStorage(IGrainStorage inner) : IGrainStorage
{
    private const byte Mark = 255;
    private const int HashBytes = 8;

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await inner.ReadStateAsync(stateName, grainId, grainState);
        if (grainState.State is StoredState { Body: var kept } && kept.Length > 0)
        {
            grainState.State = (T)(object)new StoredState { Body = Open(grainId, kept) };
        }
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (grainState.State is not StoredState { Body: var body })
        {
            await inner.WriteStateAsync(stateName, grainId, grainState);
            return;
        }
        var kept = new GrainState<StoredState>(new StoredState { Body = Seal(grainId, body) }, grainState.ETag)
        {
            RecordExists = grainState.RecordExists,
        };
        await inner.WriteStateAsync(stateName, grainId, kept);
        (grainState.ETag, grainState.RecordExists) = (kept.ETag, kept.RecordExists);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
        inner.ClearStateAsync(stateName, grainId, grainState);

    private static byte[] Seal(GrainId grain, byte[] body)
    {
        var kept = new byte[1 + HashBytes + body.Length];
        kept[0] = Mark;
        Hash(grain, body).CopyTo(kept.AsSpan(1));
        body.CopyTo(kept, 1 + HashBytes);
        return kept;
    }

    private static byte[] Open(GrainId grain, byte[] kept)
    {
        if (kept[0] != Mark)
        {
            return kept;
        }
        var body = kept.Length > HashBytes ? kept[(1 + HashBytes)..] : [];
        return kept.Length > HashBytes && Hash(grain, body).SequenceEqual(kept.AsSpan(1, HashBytes)) ? body
            : throw new InvalidDataException($"what is kept of {grain}, {kept.Length} bytes, is not what was written "
                + "for it: changed, cut short, or another's");
    }

    private static ReadOnlySpan<byte> Hash(GrainId grain, byte[] body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(grain + "\0"));
        hash.AppendData(body);
        return hash.GetHashAndReset().AsSpan(0, HashBytes);
    }
}
