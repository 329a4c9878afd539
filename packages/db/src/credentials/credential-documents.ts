import type { Tenant } from '../repositories.ts';

/** `refused`: the provider did not take it, when it was last asked. */
export type CredentialStatus = 'unchecked' | 'accepted' | 'refused';

/** A customer's login at a provider (contract s7). */
export interface CredentialDoc {
  /** `<orgId>~<providerId>`. */
  _id: string;
  orgId: string;
  providerId: string;
  /** The names of its fields, sorted. */
  fields: string[];
  /** Names and values as JSON, sealed with the key ring, owner = `_id`. */
  sealed: string;
  status: CredentialStatus;
  checkedAt: Date | null;
  /** New with every `put`: what was found out about one login is never noted at the next. */
  version: string;
  createdAt: Date;
  updatedAt: Date;
}

/** All but what is secret. */
export type CredentialMeta = Omit<CredentialDoc, 'sealed'>;

export interface NewCredential extends Pick<CredentialDoc, 'orgId' | 'providerId' | 'status' | 'checkedAt'> {
  fields: Readonly<Record<string, string>>;
  now: Date;
}

export interface OpenCredential extends Pick<CredentialDoc, 'status' | 'checkedAt' | 'version'> {
  fields: Record<string, string>;
}

/** Logins belong to an organization: any grant for it, of whichever service, may manage them. */
export interface CredentialRepository {
  /** Replaces the whole login. Throws `forbidden` for an organization that is not granted. */
  put(tenant: Tenant, credential: NewCredential): Promise<{ created: boolean; credential: CredentialMeta }>;
  get(tenant: Tenant, orgId: string, providerId: string): Promise<CredentialMeta | null>;
  remove(tenant: Tenant, orgId: string, providerId: string): Promise<boolean>;
  /** For the tracer. Throws `internal` where the key ring cannot open it. */
  open(orgId: string, providerId: string): Promise<OpenCredential | null>;
  /** Notes what the provider said to this `version`; false when the login is another one by now, or gone. */
  recordCheck(
    orgId: string,
    providerId: string,
    check: Pick<CredentialDoc, 'version' | 'status'> & { checkedAt: Date },
  ): Promise<boolean>;
}
