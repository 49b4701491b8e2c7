namespace OrleansLeverage.Grains.Storage;

/// <summary>A grain's bytes into its store, within a time.</summary>
internal static class DurableWrites
{
    /// <summary>
    /// Returns when the body is durable. After this has failed nobody knows what is in the store:
    /// <paramref name="giveUp"/> is told why, and has to end the activation, so that the next reads it.
    /// </summary>
    public static async Task WriteAsync(this IPersistentState<StoredState> state, byte[] body, GridOptions options,
        Action<Exception> giveUp)
    {
        state.State.Body = body;
        try
        {
            await state.WriteStateAsync().WaitAsync(TimeSpan.FromMilliseconds(options.StorageTimeoutMs));
        }
        catch (Exception exception)
        {
            giveUp(exception);
            throw;
        }
    }
}
