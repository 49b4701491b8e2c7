using System.Net;
using Azure.Core;
using Azure.Identity;
using Azure.Storage.Blobs;
using Orleans.Configuration;
using Orleans.Serialization;
using Orleans.Storage;
using OrleansLeverage.Grains;
using OrleansLeverage.Grains.Storage;

namespace OrleansLeverage.Silo;

/// <summary>Orleans as the settings say. Every value that a failure's length depends on is set, none left to a
/// default.</summary>
internal static class SiloHosting
{
    public static void AddSilo(this IHostApplicationBuilder host, SiloSettings settings, GridOptions grid) =>
        host.UseOrleans(silo =>
        {
            AddClustering(silo, settings);
            AddStorage(silo, settings);
            if (settings.IsTls)
            {
                SiloTls.Use(silo, settings);
            }
            if (settings.Kubernetes)
            {
                silo.UseKubernetesHosting();
            }
            AddTimes(silo, settings);
            silo.AddLeverageGrains(grid);
        });

    private static void AddClustering(ISiloBuilder silo, SiloSettings settings)
    {
        if (!settings.Kubernetes)
        {
            silo.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (settings.ClusterId, settings.ServiceId));
            silo.ConfigureEndpoints(settings.Address, settings.SiloPort, settings.GatewayPort,
                listenOnAnyHostAddress: !IPAddress.IsLoopback(settings.Address));
        }
        switch (settings.Clustering)
        {
            case ClusteringKind.Localhost:
                silo.UseDevelopmentClustering(new IPEndPoint(settings.Address, settings.PrimaryPort));
                break;
            case ClusteringKind.PostgreSql:
                silo.UseAdoNetClustering(o => (o.Invariant, o.ConnectionString) =
                    ("Npgsql", settings.ClusteringConnection));
                break;
            case ClusteringKind.Configured:
                // the section Orleans:Clustering has been read by UseOrleans
                break;
        }
    }

    private static void AddStorage(ISiloBuilder silo, SiloSettings settings)
    {
        if (settings.Storage == StorageKind.Memory)
        {
            silo.AddMemoryGrainStorage(GridStorage.Name);
            return;
        }
        var names = Enumerable.Range(0, settings.StorageShards).Select(i => $"{GridStorage.Name}-{i}").ToArray();
        foreach (var (shard, name) in names.Index())
        {
            AddBlobs(silo, settings, name, shard);
        }
        silo.Services.AddKeyedSingleton<IGrainStorage>(GridStorage.Name, (services, _) =>
        {
            var shards = names.Select(name => services.GetRequiredKeyedService<IGrainStorage>(name)).ToArray();
            return new CheckedStorage(shards.Length == 1 ? shards[0] : new ShardedStorage(shards));
        });
    }

    private static void AddBlobs(ISiloBuilder silo, SiloSettings settings, string name, int shard) =>
        silo.AddAzureBlobGrainStorage(name, builder => builder.Configure<Serializer>((o, serializer) =>
        {
            // a write is tried for two seconds in all: its waiters have given up by then, and read it again
            var options = new BlobClientOptions
            {
                Retry = { Mode = RetryMode.Fixed, MaxRetries = 1, Delay = TimeSpan.FromMilliseconds(100),
                    NetworkTimeout = TimeSpan.FromMilliseconds(settings.StorageTimeoutMs / 2) },
            };
            o.ContainerName = SiloSettings.OfShard(settings.StorageContainer, shard);
            o.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer);
            o.BlobServiceClient = settings.StorageUri.Length > 0
                ? new BlobServiceClient(new Uri(SiloSettings.OfShard(settings.StorageUri, shard)),
                    new DefaultAzureCredential(), options)
                : new BlobServiceClient(SiloSettings.OfShard(settings.StorageConnection, shard), options);
        }));

    private static void AddTimes(ISiloBuilder silo, SiloSettings settings)
    {
        var probe = TimeSpan.FromMilliseconds(settings.ProbeTimeoutMs);
        silo.Configure<ClusterMembershipOptions>(o =>
        {
            // probes adapt between these: unbounded above, a silo that stands still is given four times as long
            (o.ProbeTimeout, o.MinProbeTimeout, o.MaxProbeTimeout) = (probe, probe / 2, probe * 1.5);
            o.NumMissedProbesLimit = settings.ProbesMissed;
            o.NumVotesForDeathDeclaration = settings.DeathVotes;
            o.TableRefreshTimeout = TimeSpan.FromSeconds(5);
            o.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
            o.DefunctSiloCleanupPeriod = TimeSpan.FromMinutes(10);
            o.DefunctSiloExpiration = TimeSpan.FromHours(1);
        });
        silo.Configure<SiloMessagingOptions>(o =>
        {
            o.ResponseTimeout = TimeSpan.FromMilliseconds(settings.ResponseTimeoutMs);
            o.MaxMessageBodySize = 16 << 20;
            o.MaxEnqueuedRequestsSoftLimit = 2_000;
            o.MaxEnqueuedRequestsHardLimit = 10_000;
        });
        silo.Configure<GrainCollectionOptions>(o =>
        {
            o.ActivationTimeout = TimeSpan.FromSeconds(10);
            o.DeactivationTimeout = TimeSpan.FromSeconds(10);
        });
        silo.Configure<GrainDirectoryOptions>(o => o.CacheSize = 2_000_000);
    }
}
