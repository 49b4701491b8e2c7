using OrleansLeverage.Domain;
using OrleansLeverage.Engine;

namespace OrleansLeverage.Tests.Web.Jobs;

/// <summary>A cut whose accounts are read only when a test lets them: a job in the middle of its work.</summary>
internal sealed class HeldCut(IMarketCut cut) : IMarketCut, IDisposable
{
    private readonly ManualResetEventSlim _reading = new();
    private readonly ManualResetEventSlim _go = new();

    public PriceFrame Frame => cut.Frame;

    public decimal FundUsd => cut.FundUsd;

    public int Count => cut.Count;

    /// <summary>Until a job has come to its first account.</summary>
    public Task ReadingAsync() => Task.Run(() => _reading.Wait(TimeSpan.FromSeconds(30)));

    public void LetGo() => _go.Set();

    public Account Read(int number)
    {
        _reading.Set();
        _go.Wait(TimeSpan.FromSeconds(30));
        return cut.Read(number);
    }

    public void Dispose() => _go.Set();
}
