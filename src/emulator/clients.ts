/** An app of the console: an OAuth client of type Desktop. */
export interface Client {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** The client of the ready line: its app has uploaded the library. */
export const READY_CLIENT: Client = {
  clientId: '123456789-emulator.apps.googleusercontent.com',
  clientSecret: 'GOCSPX-emulator-secret-of-nobody',
};

/** A client of another project, which has uploaded nothing. */
export const OTHER_CLIENT: Client = {
  clientId: '987654321-other.apps.googleusercontent.com',
  clientSecret: 'GOCSPX-other-secret-of-nobody-too',
};

export const CLIENTS: readonly Client[] = [READY_CLIENT, OTHER_CLIENT];

export function clientOf(clientId: string | null | undefined): Client | undefined {
  return CLIENTS.find((client) => client.clientId === clientId);
}
