using System.Security.Cryptography;
using System.Text.Json;
using OrleansLeverage.Domain;
using OrleansLeverage.Engine;
using OrleansLeverage.Engine.Scenarios;

namespace OrleansLeverage.Web.Api.Jobs;

/// <summary>
/// Jobs, one at a time, on a thread of low priority beside everything else: a bounded queue, a bounded number of
/// results. A job works on a cut of the market that is taken when it begins, so that whatever it takes, it is of one
/// frame; the same request on the same cut gives the same figures.
/// </summary>
internal sealed partial class JobBoard(
    ILeverageGrid grid, JobLimits limits, TimeProvider clock, ILogger<JobBoard> log) : IDisposable
{
    /// <summary>Share of a job's progress that reading the accounts is.</summary>
    private const double BookShare = 0.2;

    private readonly Lock _gate = new();
    private readonly Dictionary<CommandId, Job> _byId = [];
    private readonly LinkedList<Job> _jobs = new();
    private readonly Queue<Job> _queue = new();
    private readonly Queue<Job> _over = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly CancellationTokenSource _stop = new();
    private Thread? _thread;

    /// <summary>
    /// The job, and whether it was there before; or the code of why it is not taken. The same id with the same body is
    /// the same job.
    /// </summary>
    public (Job? Job, bool IsOld, string? Fault) Submit(JobRequest request)
    {
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        lock (_gate)
        {
            if (request.Id is { } named && _byId.TryGetValue(named, out var known))
            {
                return JsonElement.DeepEquals(known.Request.Parameters, request.Parameters)
                    ? (known, true, null)
                    : (null, false, "command_id_reused");
            }
            if (_queue.Count >= limits.Queued)
            {
                return (null, false, "jobs_full");
            }
            var job = new Job(request.Id ?? NewId(nowMs), request, nowMs);
            _byId.Add(job.Id, job);
            _jobs.AddFirst(job);
            _queue.Enqueue(job);
            _thread ??= LowPriorityThread.Start("leverage-jobs", Run);
            _work.Release();
            return (job, false, null);
        }
    }

    public Job? Find(CommandId id)
    {
        lock (_gate)
        {
            return _byId.GetValueOrDefault(id);
        }
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<Job> All()
    {
        lock (_gate)
        {
            return [.. _jobs];
        }
    }

    /// <summary>Reads a job as it is at one moment.</summary>
    public T Look<T>(Job job, Func<Job, T> look)
    {
        lock (_gate)
        {
            return look(job);
        }
    }

    /// <summary>One that waits ends at once, one that works as soon as it looks up; one that is over stays as it is.
    /// </summary>
    public void Cancel(Job job)
    {
        lock (_gate)
        {
            if (job.IsOver)
            {
                return;
            }
            job.IsCancelled = true;
            if (job.State == JobState.Queued)
            {
                var others = _queue.Where(waiting => waiting != job).ToArray();
                _queue.Clear();
                foreach (var other in others)
                {
                    _queue.Enqueue(other);
                }
                End(job, JobState.Cancelled, null, null);
            }
        }
        job.Stop.Cancel();
    }

    public void Dispose()
    {
        _stop.Cancel();
        _thread?.Join();
        _stop.Dispose();
        _work.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            try
            {
                _work.Wait(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            Job? next;
            lock (_gate)
            {
                // one that was cancelled left the queue, and its place in the count
                if (!_queue.TryDequeue(out next))
                {
                    continue;
                }
                (next.State, next.StartedMs) = (JobState.Running, clock.GetUtcNow().ToUnixTimeMilliseconds());
                next.Began = clock.GetTimestamp();
            }
            Run(next);
        }
    }

    private void Run(Job job)
    {
        using var late = new CancellationTokenSource(limits.TimeMax, clock);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(job.Stop.Token, late.Token, _stop.Token);
        try
        {
            var result = Work(job, new Workload(1, share => job.Progress = Math.Clamp(share, 0.0, 1.0), any.Token));
            lock (_gate)
            {
                End(job, result is null ? JobState.Failed : JobState.Done, result, result is null
                    ? new JobFault("not_supported", "this engine has not all accounts in one place")
                    : null);
            }
        }
        catch (OperationCanceledException)
        {
            lock (_gate)
            {
                var gaveUp = late.IsCancellationRequested && !job.IsCancelled;
                End(job, gaveUp ? JobState.Failed : JobState.Cancelled, null, gaveUp
                    ? new JobFault("job_timeout", $"it worked for more than {limits.TimeMax}")
                    : null);
            }
        }
        catch (FormatException problem)
        {
            lock (_gate)
            {
                End(job, JobState.Failed, null, new JobFault("bad_parameters", problem.Message));
            }
        }
        catch (GridUnreachableException silent)
        {
            lock (_gate)
            {
                End(job, JobState.Failed, null, new JobFault("not_reached", silent.Message));
            }
        }
        catch (Exception fault)
        {
            LogFault(fault, job.Request.Kind, job.Id.ToString());
            lock (_gate)
            {
                End(job, JobState.Failed, null, new JobFault("internal", "something went wrong here"));
            }
        }
    }

    private JobResult? Work(Job job, Workload work)
    {
        if (grid.CutAsync(work.Cancellation).AsTask().GetAwaiter().GetResult() is not { } cut)
        {
            return null;
        }
        lock (_gate)
        {
            job.Frame = cut.Frame;
        }
        var book = MarketBook.Of(cut, "live", work.Part(0.0, BookShare));
        lock (_gate)
        {
            job.Reach = ReachView.OfCut(cut.Frame.Number, book.Accounts, book.Exposures.Unknown);
        }
        return job.Request.Run(book, cut.FundUsd, work.Part(BookShare, 1.0));
    }

    /// <summary>Who ended first goes first, where there are more than are kept.</summary>
    private void End(Job job, JobState state, JobResult? result, JobFault? fault)
    {
        (job.State, job.Outcome, job.Fault) = (state, result, fault);
        job.EndedMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        job.Progress = state == JobState.Done ? 1.0 : job.Progress;
        _over.Enqueue(job);
        while (_over.Count > limits.Kept)
        {
            var oldest = _over.Dequeue();
            _jobs.Remove(oldest);
            _byId.Remove(oldest.Id);
        }
    }

    private static CommandId NewId(long nowMs)
    {
        Span<byte> entropy = stackalloc byte[16];
        RandomNumberGenerator.Fill(entropy);
        return CommandId.Create(nowMs, System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(entropy));
    }

    [LoggerMessage(3, LogLevel.Error, "job {Kind} {Id} failed")]
    private partial void LogFault(Exception fault, string kind, string id);
}
