import type { RecordKind } from '../records/kind.ts';
import { placeAliases } from './aliases-places.ts';
import { rechargeAliases } from './aliases-recharges.ts';
import { requestAliases } from './aliases-requests.ts';
import { unitAliases } from './aliases-units.ts';

/** Where an alias comes from: a language (ISO 639-1), or the vendor's own CSV files, command line and samples. */
export type AliasSource = 'en' | 'es' | 'ca' | 'pt' | 'fr' | 'it' | 'de' | 'vendor';

/** The aliases of every field by their source, as texts of names with commas between them. */
export type AliasTexts = Readonly<Record<string, Readonly<Partial<Record<AliasSource, string>>>>>;

type Aliases = Readonly<Partial<Record<AliasSource, readonly string[]>>>;

const plate: AliasTexts = {
  vehicle_license_plate: {
    en: `plate, plate number, plate no, licence plate, license plate, licence plate number, licence plate no,
      license plate number, license plate no, number plate, vehicle plate, vehicle plate number, vehicle plate no,
      vehicle number plate, vehicle licence plate, vehicle licence plate number, vehicle license plate number,
      registration, registration number, registration no, registration plate, reg no, reg number, vehicle registration,
      vehicle registration number, vehicle registration no, vehicle registration plate, vehicle registration mark,
      vehicle reg, vehicle reg no, vrn, vrm, vehicle reg number, truck plate, truck plate number, truck licence plate,
      truck license plate, truck registration, truck registration number, tractor plate, tractor licence plate,
      tractor license plate, tractor registration, lorry registration`,
    es: `matricula, matricula vehiculo, matricula del vehiculo, matricula camion, matricula del camion,
      matricula tractora, matricula tractor, matricula cabeza, matricula cabeza tractora, matricula de la tractora,
      tractora, cabeza tractora, n matricula, no matricula, no de matricula, num matricula, numero matricula,
      numero de matricula, matricula vehic, mat vehiculo, mat camion, mat tractora, matricula coche,
      matricula furgoneta, patente, placa, placa vehiculo, placa del vehiculo, numero de placa`,
    ca: `matricula del vehicle, matricula vehicle, matricula camio, matricula del camio, matricula del tractor,
      matricula cap tractor, cap tractor`,
    pt: `matricula viatura, matricula da viatura, matricula veiculo, matricula do veiculo, matricula camiao,
      matricula do camiao, matricula trator, matricula do trator, n o da matricula, num da matricula, n o matricula,
      placa veiculo, placa do veiculo, placa do caminhao, placa do cavalo, placa cavalo, placa de matricula`,
    fr: `immatriculation, immat, plaque, plaque d immatriculation, plaque immatriculation, numero d immatriculation,
      n d immatriculation, no d immatriculation, n immatriculation, no immatriculation, num immatriculation,
      numero immatriculation, immatriculation vehicule, immatriculation du vehicule, immatriculation camion,
      immatriculation du camion, immatriculation tracteur, immatriculation du tracteur, immat vehicule, immat camion,
      immat tracteur, plaque vehicule, plaque camion, plaque tracteur, plaque mineralogique`,
    it: `targa, targa veicolo, targa del veicolo, targa mezzo, targa automezzo, targa motrice, targa trattore,
      targa trattrice, targa camion, targa auto, n targa, nr targa, num targa, numero targa, numero di targa`,
    de: `kennzeichen, kfz kennzeichen, kfz kz, kfz kennz, fahrzeugkennzeichen, fahrzeug kennzeichen,
      amtliches kennzeichen, amtl kennzeichen, polizeiliches kennzeichen, pol kennzeichen, lkw kennzeichen, lkw kz,
      kennzeichen lkw, kennzeichen kfz, kennzeichen fahrzeug, kennzeichen zugmaschine, kennzeichen zugfahrzeug,
      kennzeichen sattelzugmaschine, zugmaschine kennzeichen, zugfahrzeug kennzeichen, nummernschild, kontrollschild`,
  },
};

/**
 * Dates of documents are those of what they are about where no column has its own. In files that have both, such as `Belegdatum` and
 * `Lieferdatum`, they are another's.
 */
const documentDates =
  'document date, doc date, fecha documento, fecha de documento, fecha del documento, fecha doc, data document, ' +
  'data del document, data documento, data do documento, data de documento, data del documento, data doc, date de piece, ' +
  'date piece, date document, date du document, date de document, belegdatum, beleg datum, dokumentdatum, bldat';

/** Names that mean a field of a kind only where no other column does. */
export const lesserAliases: Readonly<Record<RecordKind['name'], ReadonlyMap<string, string>>> = {
  requests: lesserOf('shipment_date'),
  recharges: lesserOf('date'),
};

function lesserOf(field: string): ReadonlyMap<string, string> {
  return new Map(documentDates.split(', ').map((name) => [name, field]));
}

/** The lists of names that the texts mean. */
const readTexts = (texts: AliasTexts): Readonly<Record<string, Aliases>> =>
  Object.fromEntries(
    Object.entries(texts).map(([field, sources]) => [
      field,
      Object.fromEntries(Object.entries(sources).map(([source, text]) => [source, text.split(/,\s+/)])),
    ]),
  );

/**
 * Names that fields have in real files, as `normaliseName` writes them. A name means one field only within
 * a kind, and is listed under the first language that has it. A unit in a name is listed only where it is the field's
 * own (a column `weight t` is not an alias of a load in kg). What often means something else is left out: `amount` is
 * money, `consumo` litres per 100 km, `delivery` a date.
 */
export const aliases: Readonly<Record<RecordKind['name'], Readonly<Record<string, Aliases>>>> = {
  requests: readTexts({ ...requestAliases, ...placeAliases, ...unitAliases, ...plate }),
  recharges: readTexts({ ...rechargeAliases, ...plate }),
};
