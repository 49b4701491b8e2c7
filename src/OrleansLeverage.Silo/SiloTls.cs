using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Orleans.Connections.Security;

namespace OrleansLeverage.Silo;

/// <summary>
/// TLS between silos and for clients: both ends show a certificate of one private authority, made for both ends of a
/// connection. TLS says who may talk, not what they may do.
/// </summary>
internal static class SiloTls
{
    private const string ServerUse = "1.3.6.1.5.5.7.3.1";
    private const string ClientUse = "1.3.6.1.5.5.7.3.2";

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

    internal static bool IsSignedBy(X509Certificate2 remote, X509Certificate2 authority, SslPolicyErrors errors)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return false;
        }
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        // what an authority signs for other ends, such as mail or code, opens no door here
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerUse));
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ClientUse));
        return chain.Build(remote);
    }
}
