import type { AliasTexts } from './aliases.ts';

/** Names of the fields that say in which unit the load and the distance of a shipment are. */
export const unitAliases: AliasTexts = {
  load_unit: {
    en: `unit, units, uom, load uom, weight unit, unit of load, unit of measure, unit of measurement, unit of weight,
      unit of measure code, uom code, weight uom, weight units, weight unit of measure, gross weight uom,
      gross weight unit, total weight uom, total weight unit, total weight uom code, cargo unit`,
    es: `unidad, unidad carga, unidad de carga, unidad de medida, unidad peso, unidad de peso, ud carga, unidad medida,
      ud peso, um peso, ud, ud medida, um, u m, cod unidad medida`,
    ca: 'unitat, unitat carrega, unitat de carrega, unitat mesura, unitat de mesura, unitat pes, unitat de pes',
    pt: 'unidade, unidade carga, unidade de carga, unidade medida, unidade de medida, unidade peso, unidade de peso',
    fr: 'unite, unite charge, unite de charge, unite mesure, unite de mesure, unite poids, unite de poids, code unite',
    it: 'unita, unita misura, unita di misura, unita peso, unita di peso, unita carico, unita di carico',
    de: 'einheit, gewichtseinheit, gewicht einheit, einheit gewicht, maßeinheit, masseinheit, einheitencode, gewei',
  },
  distance_unit: {
    en: `distance units, distance uom, distance unit of measure, unit of distance, unit distance, route distance unit,
      total distance unit, total distance uom, medst`,
    es: `unidad distancia, unidad de distancia, unidad de la distancia, ud distancia, um distancia, distancia unidad,
      unidad km`,
    ca: 'unitat distancia, unitat de distancia, unitat de la distancia',
    pt: 'unidade distancia, unidade de distancia, unidade da distancia',
    fr: 'unite distance, unite de distance, unite de la distance, distance unite',
    it: 'unita distanza, unita di distanza, unita della distanza, distanza unita, um distanza',
    de: `distanzeinheit, entfernungseinheit, streckeneinheit, einheit distanz, einheit entfernung, einheit der distanz,
      einheit der entfernung, distanz einheit, entfernung einheit`,
  },
};
