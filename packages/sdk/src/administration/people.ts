import type {
  InvitePersonRequest,
  ListPeopleData,
  Person,
  PersonPage,
  UpdatePersonData,
  UpdatePersonRequest,
} from '@holdfast/contract/types';

import type { CallOptions } from '../transport/call.ts';
import type { HoldfastPromise } from '../transport/holdfast-promise.ts';
import type { PagePromise } from '../transport/pages.ts';
import type { Transport } from '../transport/transport.ts';

export type PeopleQuery = NonNullable<ListPeopleData['query']>;

/** Whose people: without a tenant your own. */
export type PeopleTenant = NonNullable<UpdatePersonData['query']>;

/**
 * Who signs in to a tenant, and what for: `holdfast.admin.people`. People belong to both environments of it, so that to
 * change anything takes an API key of `live`, or one with `platform:admin`.
 */
export class People {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /**
   * The open invitations and the people of a tenant: awaited the first page, iterated all of it.
   *
   * An extension: `GET /v1/admin/people`.
   *
   * @throws {@link PermissionDeniedError} when it is another's, and you lack `platform:admin`.
   * @example
   * ```ts
   * for await (const { email, role, signed_in_at } of holdfast.admin.people.list()) {
   *   console.log(email, role, signed_in_at);
   * }
   * ```
   */
  list(query: PeopleQuery = {}, options?: CallOptions): PagePromise<PersonPage, Person> {
    return this.#transport.list('listPeople', { query }, (page) => page.data, options);
  }

  /**
   * Invites whoever signs in with this address within 14 days. Nothing is sent. To invite an address again puts the end
   * off, and gives another role.
   *
   * An extension: `POST /v1/admin/people`.
   *
   * @throws {@link PermissionDeniedError} when you give a role with a scope that you lack, which `scope` names, or
   * `is_operator` without `platform:admin`; or with an API key of `test`.
   * @throws {@link NotFoundError} when there is no such tenant.
   * @throws {@link ConflictError} `conflict` when the address is a member's, or there are 200 people and invitations.
   * @example
   * ```ts
   * const { id, expires_at } = await holdfast.admin.people.invite({ email: 'ada@example.com', role: 'member' });
   * ```
   */
  invite(invitation: InvitePersonRequest, query: PeopleTenant = {}, options?: CallOptions): HoldfastPromise<Person> {
    return this.#transport.call('invitePerson', { query, body: invitation }, options);
  }

  /**
   * Changes what somebody is in a tenant, or what an invitation gives. Tokens that there are do what the new role does
   * within 5 seconds.
   *
   * An extension: `PATCH /v1/admin/people/{person_id}`.
   *
   * @throws {@link PermissionDeniedError} as {@link People.invite} does.
   * @throws {@link NotFoundError} when there is no such person or invitation.
   * @throws {@link ConflictError} `conflict` when the tenant would have no owner left.
   * @example
   * ```ts
   * await holdfast.admin.people.update(id, { role: 'owner' });
   * ```
   */
  update(
    personId: string,
    changes: UpdatePersonRequest,
    query: PeopleTenant = {},
    options?: CallOptions,
  ): HoldfastPromise<Person> {
    return this.#transport.call('updatePerson', { path: { person_id: personId }, query, body: changes }, options);
  }

  /**
   * Takes somebody out of a tenant, or an invitation back. Tokens for the tenant end within 5 seconds; whoever belongs to
   * none any more is signed out everywhere.
   *
   * An extension: `DELETE /v1/admin/people/{person_id}`.
   *
   * @throws {@link NotFoundError} when there is no such person or invitation.
   * @throws {@link ConflictError} `conflict` when the tenant would have no owner left.
   * @example
   * ```ts
   * await holdfast.admin.people.remove(id);
   * ```
   */
  remove(personId: string, query: PeopleTenant = {}, options?: CallOptions): HoldfastPromise<void> {
    return this.#transport.call('removePerson', { path: { person_id: personId }, query }, options);
  }
}
