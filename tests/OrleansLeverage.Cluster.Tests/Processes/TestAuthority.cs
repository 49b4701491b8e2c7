using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace OrleansLeverage.Cluster.Tests.Processes;

/// <summary>
/// A private authority of one test, and certificates signed by it, good for both ends of a connection.
/// </summary>
internal sealed class TestAuthority : IDisposable
{
    public const string ServerUse = "1.3.6.1.5.5.7.3.1";
    public const string ClientUse = "1.3.6.1.5.5.7.3.2";

    private readonly string _folder;
    private readonly X509Certificate2 _authority;

    public TestAuthority(string folder, string name)
    {
        _folder = folder;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        _authority = request.CreateSelfSigned(From, To);
        File = Path.Combine(folder, $"{name}.pem");
        System.IO.File.WriteAllText(File, _authority.ExportCertificatePem());
        Certificate = X509CertificateLoader.LoadCertificate(_authority.RawData);
    }

    /// <summary>The authority's certificate, without its key.</summary>
    public X509Certificate2 Certificate { get; }

    public string File { get; }

    private static DateTimeOffset From => TimeProvider.System.GetUtcNow().AddMinutes(-5);

    private static DateTimeOffset To => TimeProvider.System.GetUtcNow().AddHours(2);

    /// <summary>Files of a node's certificate and key.</summary>
    public (string Certificate, string Key) Issue(string name, params string[] uses)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(
            new X509EnhancedKeyUsageExtension(
                [.. (uses.Length > 0 ? uses : [ServerUse, ClientUse]).Select(u => new Oid(u))], false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(_authority, From.AddMinutes(1), To.AddMinutes(-1),
            RandomNumberGenerator.GetBytes(8));
        var (file, keyFile) = (Path.Combine(_folder, $"{name}.pem"), Path.Combine(_folder, $"{name}.key"));
        System.IO.File.WriteAllText(file, certificate.ExportCertificatePem());
        System.IO.File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (file, keyFile);
    }

    /// <summary>A certificate with its key, for a client in this process.</summary>
    public X509Certificate2 IssueHere(string name, params string[] uses)
    {
        var (file, key) = Issue(name, uses);
        return X509Certificate2.CreateFromPemFile(file, key);
    }

    public void Dispose()
    {
        _authority.Dispose();
        Certificate.Dispose();
    }
}
