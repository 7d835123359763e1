/** One of Google's APIs, as its errors name it. */
export interface Service {
  readonly name: string;
  readonly title: string;
  /** The service of the RPC methods; that of the Picker is a guess, for no capture shows it. */
  readonly rpc: string;
}

const LIBRARY: Service = {
  name: 'photoslibrary.googleapis.com',
  title: 'Photos Library API',
  rpc: 'google.photos.library.v1.PhotosLibrary',
};

const PICKER: Service = {
  name: 'photospicker.googleapis.com',
  title: 'Google Photos Picker API',
  rpc: 'google.photos.picker.v1.PhotosPicker',
};

const PICKER_PREFIX = 'picker.';

/** The service that a route with this key belongs to: bytes belong to the Library API. */
export function serviceOf(key: string): Service {
  return key.startsWith(PICKER_PREFIX) ? PICKER : LIBRARY;
}

/** "albums.list" as `google.photos.library.v1.PhotosLibrary.ListAlbums`. */
export function rpcMethod(key: string): string {
  const [resource = '', verb = ''] = (key.startsWith(PICKER_PREFIX) ? key.slice(PICKER_PREFIX.length) : key).split('.');
  const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
  const noun = ['get', 'create', 'delete'].includes(verb) ? resource.replace(/s$/, '') : resource;
  return `${serviceOf(key).rpc}.${capital(verb)}${capital(noun)}`;
}
