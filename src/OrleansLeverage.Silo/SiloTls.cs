using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;

namespace OrleansLeverage.Silo;

/// <summary>
/// TLS between silos and for clients: both ends show a certificate of one private authority. TLS says who may talk, not
/// what they may do.
/// </summary>
internal static class SiloTls
{
    public static void Use(ISiloBuilder silo, SiloSettings settings)
    {
        var certificate = X509Certificate2.CreateFromPemFile(settings.TlsCertificateFile, settings.TlsKeyFile);
        var authority = X509CertificateLoader.LoadCertificateFromFile(settings.TlsAuthorityFile);
        silo.UseTls(certificate, options => Require(options, authority));
    }

    /// <summary>The same for a client.</summary>
    public static void Require(TlsOptions options, X509Certificate2 authority)
    {
        options.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        options.RemoteCertificateValidation = (remote, _, errors) => IsSignedBy(remote, authority, errors);
    }

    private static bool IsSignedBy(X509Certificate2 remote, X509Certificate2 authority, SslPolicyErrors errors)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return false;
        }
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(remote);
    }
}
