-- Membership of silos for Orleans' ADO.NET clustering on PostgreSQL: the tables, and the queries that Orleans asks for
-- by key (Orleans.Clustering.AdoNet, DbStoredQueries.cs names keys, parameters and columns). Every change of a member
-- moves the version of the whole table in the same statement, and only from the version the caller has read: of two
-- writers the second waits for the row, finds another version and changes nothing. May be run again at any time.
CREATE TABLE IF NOT EXISTS OrleansQuery
(
    QueryKey varchar(64) PRIMARY KEY,
    QueryText varchar(8000) NOT NULL
);

CREATE TABLE IF NOT EXISTS silo_version
(
    deploymentid varchar(150) PRIMARY KEY,
    version integer NOT NULL DEFAULT 0,
    timestamp timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS silo_member
(
    deploymentid varchar(150) NOT NULL REFERENCES silo_version,
    address varchar(45) NOT NULL,
    port integer NOT NULL,
    generation integer NOT NULL,
    siloname varchar(150) NOT NULL,
    hostname varchar(150) NOT NULL,
    status integer NOT NULL,
    proxyport integer,
    suspecttimes varchar(8000),
    starttime timestamptz NOT NULL,
    iamalivetime timestamptz NOT NULL,
    PRIMARY KEY (deploymentid, address, port, generation)
);

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('MembershipReadAllKey', '
    SELECT v.deploymentid, m.address, m.port, m.generation, m.siloname, m.hostname, m.status, m.proxyport,
        m.suspecttimes, m.starttime, m.iamalivetime, v.version
    FROM silo_version v LEFT JOIN silo_member m USING (deploymentid)
    WHERE v.deploymentid = @DeploymentId'),
('MembershipReadRowKey', '
    SELECT v.deploymentid, m.address, m.port, m.generation, m.siloname, m.hostname, m.status, m.proxyport,
        m.suspecttimes, m.starttime, m.iamalivetime, v.version
    FROM silo_version v LEFT JOIN silo_member m
        ON m.deploymentid = v.deploymentid AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
    WHERE v.deploymentid = @DeploymentId'),
('GatewaysQueryKey', '
    SELECT address, proxyport, generation FROM silo_member
    WHERE deploymentid = @DeploymentId AND status = @Status AND proxyport > 0'),
('InsertMembershipVersionKey', '
    WITH made AS (
        INSERT INTO silo_version (deploymentid) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT count(*)::integer FROM made'),
('InsertMembershipKey', '
    WITH step AS (
        UPDATE silo_version SET version = version + 1, timestamp = now()
        WHERE deploymentid = @DeploymentId AND version = @Version AND NOT EXISTS (
            SELECT FROM silo_member WHERE deploymentid = @DeploymentId AND address = @Address AND port = @Port
                AND generation = @Generation)
        RETURNING 1),
    made AS (
        INSERT INTO silo_member (deploymentid, address, port, generation, siloname, hostname, status, proxyport,
            starttime, iamalivetime)
        SELECT @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime,
            @IAmAliveTime
        FROM step RETURNING 1)
    SELECT count(*)::integer FROM made'),
('UpdateMembershipKey', '
    WITH step AS (
        UPDATE silo_version SET version = version + 1, timestamp = now()
        WHERE deploymentid = @DeploymentId AND version = @Version AND EXISTS (
            SELECT FROM silo_member WHERE deploymentid = @DeploymentId AND address = @Address AND port = @Port
                AND generation = @Generation)
        RETURNING 1),
    made AS (
        UPDATE silo_member SET status = @Status, suspecttimes = @SuspectTimes, iamalivetime = @IAmAliveTime
        WHERE deploymentid = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
            AND EXISTS (SELECT FROM step)
        RETURNING 1)
    SELECT count(*)::integer FROM made'),
('UpdateIAmAlivetimeKey', '
    UPDATE silo_member SET iamalivetime = @IAmAliveTime
    WHERE deploymentid = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation'),
('DeleteMembershipTableEntriesKey', '
    WITH members AS (DELETE FROM silo_member WHERE deploymentid = @DeploymentId)
    DELETE FROM silo_version WHERE deploymentid = @DeploymentId'),
('CleanupDefunctSiloEntriesKey', '
    DELETE FROM silo_member
    WHERE deploymentid = @DeploymentId AND iamalivetime < @IAmAliveTime AND status <> 3')
ON CONFLICT (QueryKey) DO UPDATE SET QueryText = excluded.QueryText;
