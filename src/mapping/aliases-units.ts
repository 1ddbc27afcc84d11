import type { AliasTexts } from './aliases.ts';

/** Names of the fields that say in which unit the load and the distance of a shipment are. */
export const unitAliases: AliasTexts = {
  load_unit: {
    en: `unit, units, uom, load uom, weight unit, unit of load, unit of measure, unit of measurement, unit of weight,
      unit of measure code, uom code, weight uom, weight units, weight unit of measure, gross weight uom,
      gross weight unit, total weight uom, total weight unit, total weight uom code, cargo unit, u o m, wt uom, wt unit,
      weight u m`,
    es: `unidad, unidad carga, unidad de carga, unidad de medida, unidad peso, unidad de peso, ud carga, unidad medida,
      ud peso, um peso, u m peso, unid peso, ud, ud medida, um, u m, unid, unid medida, cod unidad medida`,
    ca: 'unitat, unitat carrega, unitat de carrega, unitat mesura, unitat de mesura, unitat pes, unitat de pes, ut pes, u m pes',
    pt: `unidade, unidade carga, unidade de carga, unidade medida, unidade de medida, unidade peso, unidade de peso,
      und peso, und medida`,
    fr: `unite, unite charge, unite de charge, unite mesure, unite de mesure, unite poids, unite de poids, code unite, um poids,
      u m poids, unite masse, unite de masse`,
    it: `unita, unita misura, unita di misura, unita peso, unita di peso, unita carico, unita di carico,
      un mis, un peso`,
    de: `einheit, gewichtseinheit, gewicht einheit, einheit gewicht, maßeinheit, masseinheit, einheitencode, gewei, me,
      mengeneinheit, einh, gew einh, gew einheit, gew me, gewicht me, me gewicht, einh gewicht, gewicht einh`,
  },
  distance_unit: {
    en: `distance units, distance uom, distance unit of measure, unit of distance, unit distance, route distance unit,
      total distance unit, total distance uom, medst, dist uom, dist unit, unit dist, distance u m, dist u m`,
    es: `unidad distancia, unidad de distancia, unidad de la distancia, ud distancia, um distancia, distancia unidad,
      unidad km, u m distancia, u m dist, um dist, ud dist, unid dist, unid distancia`,
    ca: 'unitat distancia, unitat de distancia, unitat de la distancia, ut distancia',
    pt: 'unidade distancia, unidade de distancia, unidade da distancia, und distancia, und dist',
    fr: `unite distance, unite de distance, unite de la distance, distance unite, unite dist,
      um distance, u m distance`,
    it: 'unita distanza, unita di distanza, unita della distanza, distanza unita, um distanza, u m distanza',
    de: `distanzeinheit, entfernungseinheit, streckeneinheit, einheit distanz, einheit entfernung, einheit der distanz,
      einheit der entfernung, distanz einheit, entfernung einheit, entf einh, entf einheit, entf me, entfernung me, me entfernung, distanz me,
      einh entf, einh entfernung, strecke me`,
  },
};
