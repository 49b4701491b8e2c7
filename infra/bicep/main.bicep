// Not exercised: no Azure subscription was at hand. Read by eye.
// The storage account that grains keep their state in, and the identity that silos reach it with. No key is made, kept
// or given out: shared keys are switched off.
targetScope = 'resourceGroup'

@description('Where everything is.')
param location string = resourceGroup().location

@description('3 to 24 small letters and digits, unique in Azure.')
@minLength(3)
@maxLength(24)
param storageAccountName string

@description('One container for one environment: its blobs are the grains.')
param containerName string = 'leverage'

@description('Issuer of the Kubernetes cluster, for its workload identity.')
param oidcIssuer string

param namespace string = 'default'

var blobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'leverage-silo'
  location: location
}

resource federation 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2023-01-31' = {
  parent: identity
  name: 'leverage-silo'
  properties: {
    issuer: oidcIssuer
    subject: 'system:serviceaccount:${namespace}:leverage-silo'
    audiences: [
      'api://AzureADTokenExchange'
    ]
  }
}

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: storageAccountName
  location: location
  sku: {
    name: 'Standard_ZRS'
  }
  kind: 'StorageV2'
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    networkAcls: {
      bypass: 'None'
      defaultAction: 'Deny'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2023-05-01' = {
  parent: account
  name: 'default'
  properties: {
    isVersioningEnabled: false
    deleteRetentionPolicy: {
      enabled: true
      days: 14
    }
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01' = {
  parent: blobs
  name: containerName
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(container.id, identity.id, blobDataContributor)
  scope: container
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataContributor)
  }
}

output identityClientId string = identity.properties.clientId
output blobEndpoint string = account.properties.primaryEndpoints.blob
